"""Readers see lists and numbers of cases; administrators see who took a list as a file."""

from django.db import migrations

from miglobe.accounts.grants import grant
from miglobe.accounts.roles import Role


def give(apps, schema_editor):
    for role in (Role.READER, Role.COORDINATOR, Role.ADMINISTRATOR):
        grant(apps, role, ["requests_app.read_cases"])
    grant(apps, Role.ADMINISTRATOR, ["requests_app.view_listexport"])


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0011_desk"), ("accounts", "0005_reader")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
