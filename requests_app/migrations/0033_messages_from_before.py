"""Messages that were written before it was kept who had read what count as read, by everybody."""

from django.db import migrations, models


def count_as_read(apps, schema_editor):
    """All that are there; none where people have read marks already, and so know what is new."""
    if not apps.get_model("requests_app", "ReadMark").objects.exists():
        apps.get_model("requests_app", "Message").objects.update(counts_as_read=True)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0032_library")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="counts_as_read",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(count_as_read, migrations.RunPython.noop),
    ]
