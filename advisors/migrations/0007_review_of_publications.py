"""The coordination may review public profiles; levels of languages become keys."""

from django.db import migrations
from django.db.models.functions import Lower

from miglobe.accounts.grants import grant
from miglobe.accounts.roles import Role

REVIEW = ("advisors.view_publication", "advisors.review_publication")
FIRST = ("erstsprache", "muttersprache", "first language", "native")


def give(apps, schema_editor):
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        grant(apps, role, REVIEW)


def name_levels(apps, schema_editor):
    """What was typed freely before, as far as it is one of the levels."""
    languages = apps.get_model("advisors", "AdvisorLanguage").objects.annotate(typed=Lower("level"))
    languages.filter(typed__in=FIRST).update(level="first")
    for level in ("A1", "A2", "B1", "B2", "C1", "C2"):
        languages.filter(typed=level.lower()).update(level=level)
    languages.exclude(level__in=["first", "A1", "A2", "B1", "B2", "C1", "C2"]).update(level="")


class Migration(migrations.Migration):
    dependencies = [
        ("advisors", "0006_publications"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(give, migrations.RunPython.noop),
        migrations.RunPython(name_levels, migrations.RunPython.noop),
    ]
