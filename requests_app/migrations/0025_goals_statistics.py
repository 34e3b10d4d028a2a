"""Let PostgreSQL count how common each goal is, so that the filter by goal reads the newest cases first.

Goals are a list of keys in one column. Without this the database takes each goal for very rare, and reads
and sorts all cases that have it. The expression is that of the filter (``triage/filters.py``).
"""

from django.db import migrations


def count_goals(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE STATISTICS case_goals ON (upper((goals)::text)) FROM requests_app_case")


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS case_goals")


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0024_late_by_open_cases")]
    operations = [migrations.RunPython(count_goals, forget)]
