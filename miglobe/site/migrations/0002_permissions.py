"""Administrators, and nobody else, change the portal's settings."""

from django.db import migrations

from miglobe.accounts.grants import grant, revoke

PERMISSIONS = ["site.view_portalsettings", "site.change_portalsettings"]


def forwards(apps, schema_editor):
    grant(apps, "administrator", PERMISSIONS)


def backwards(apps, schema_editor):
    revoke(apps, "administrator", PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("site", "0001_initial"),
        ("accounts", "0002_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
