from django.db import migrations, models


def fill_in(apps, schema_editor):
    """Assignments of cases that have ended before."""
    ended = ["closed", "declined", "withdrawn"]
    apps.get_model("requests_app", "Assignment").objects.filter(case__status__in=ended).update(case_ended=True)


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0015_fill_deadlines"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="case_ended",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("case_ended", False), ("status", "accepted")),
                fields=["advisor"],
                name="assignment_load",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("status__in", ["accepted", "ended"])),
                fields=["advisor", "-answered_at"],
                name="assignment_taken_on",
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
