"""Coordinators and administrators read the outbox and send mails again."""

from django.db import migrations

from miglobe.accounts.grants import grant, revoke

ROLES = ["coordinator", "administrator"]
PERMISSIONS = ["mail.view_outboxmessage", "mail.resend_outboxmessage"]


def forwards(apps, schema_editor):
    for role in ROLES:
        grant(apps, role, PERMISSIONS)


def backwards(apps, schema_editor):
    for role in ROLES:
        revoke(apps, role, PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial"), ("accounts", "0002_groups")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
