"""The library of action options: filled with the reviewed ones, and open to the coordination."""

import django.db.models.deletion
from django.db import migrations, models

from miglobe.accounts.grants import grant
from miglobe.accounts.roles import Role
from requests_app import library_file


def fill(apps, schema_editor):
    library_file.load(apps.get_model("requests_app", "LibraryOption"), apps.get_model("advisors", "Topic"))


def give(apps, schema_editor):
    names = [f"requests_app.{action}_libraryoption" for action in ("view", "add", "change")]
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        grant(apps, role, names)


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0031_message_draft_files"),
        ("accounts", "0002_groups"),
        ("advisors", "0007_review_of_publications"),
    ]
    operations = [
        migrations.AlterField(
            model_name="actionoption",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replaced_by",
                to="requests_app.actionoption",
                verbose_name="replaces",
            ),
        ),
        migrations.AlterField(
            model_name='case',
            name='answer_kind',
            field=models.CharField(blank=True, choices=[('query_answered', 'Query answered'), ('entry_confirmed', 'Entries confirmed'), ('offers_exhausted', 'No offer is open any more'), ('option_commented', 'Action option commented'), ('option_changed', 'Action option changed by the municipality'), ('options_agreed', 'Action options agreed'), ('talk_asked', 'Another talk asked for')], max_length=20, verbose_name='what came in'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
