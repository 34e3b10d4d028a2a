"""The four groups. Their names are the keys of miglobe.accounts.roles.Role."""

from django.db import migrations

GROUPS = ["municipality_contact", "advisor", "coordinator", "administrator"]


def create_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name in GROUPS:
        Group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    # Backwards nothing is deleted: people hold these groups.
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop, elidable=False)]
