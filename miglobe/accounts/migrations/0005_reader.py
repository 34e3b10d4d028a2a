"""The group of the readers: they see lists and numbers in the admin, without personal data."""

from django.db import migrations


def create_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="reader")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_language"), ("auth", "0012_alter_user_first_name_max_length")]

    # Backwards nothing is deleted: people hold this group.
    operations = [migrations.RunPython(create_group, migrations.RunPython.noop, elidable=False)]
