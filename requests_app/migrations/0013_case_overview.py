"""Readers have a list of cases of their own, and the register of municipalities."""

from django.db import migrations

from miglobe.accounts.grants import grant
from miglobe.accounts.roles import Role


def give(apps, schema_editor):
    grant(apps, Role.READER, ["requests_app.view_municipality"])


class Migration(migrations.Migration):

    dependencies = [
        ('requests_app', '0012_readers'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseOverview',
            fields=[
            ],
            options={
                'verbose_name': 'case in figures',
                'verbose_name_plural': 'cases in figures',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('requests_app.case',),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
