"""Administrators keep the accounts. Nobody deletes one: it is made inactive instead."""

from django.db import migrations

from miglobe.accounts.grants import grant, revoke

PERMISSIONS = ["accounts.view_user", "accounts.add_user", "accounts.change_user"]


def forwards(apps, schema_editor):
    grant(apps, "administrator", PERMISSIONS)


def backwards(apps, schema_editor):
    revoke(apps, "administrator", PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
