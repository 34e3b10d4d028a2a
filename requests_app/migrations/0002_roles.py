"""What the coordination may see and do in the admin. Nobody changes or deletes a case by a form."""

from django.db import migrations

from miglobe.accounts.grants import grant
from miglobe.accounts.roles import Role

CASE_ROOM = (
    "requests_app.coordinate_case",
    "requests_app.view_case",
    "requests_app.change_case",  # opens the case sheet; every field of it is read-only
    "requests_app.view_municipality",
)
POOL = tuple(
    f"advisors.{verb}_{model}"
    for model in ("advisor", "topic", "worldregion", "absence", "advisorlanguage")
    for verb in ("view", "add", "change")
) + ("advisors.delete_absence", "advisors.delete_advisorlanguage")


def give(apps, schema_editor):
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        grant(apps, role, CASE_ROOM + POOL)


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0001_initial"),
        ("advisors", "0002_vocabulary"),
        ("accounts", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
