"""What stands in the draft of an action option is the advisors' own: no case is found by it.

Replaces what migration 0027 made for action options. Their words are found from the moment they are put to
the municipality, and no longer when one becomes a draft again.
"""

from dataclasses import dataclass
from importlib import import_module

from django.db import migrations

before = import_module("requests_app.migrations.0027_words_of_the_dialogue")
Source, OnPostgreSQL = before.Source, before.OnPostgreSQL


@dataclass(frozen=True)
class Options(Source):
    """The texts of options that are no drafts."""

    @property
    def text(self) -> str:
        return f"CASE WHEN x.status <> 'draft' THEN {super().text} END"


TABLE = "requests_app_actionoption"
WAS = next(source for source in before.SOURCES if source.table == TABLE)
NOW = Options(TABLE, WAS.columns, keys=("status",))
SOURCES = [NOW if source is WAS else source for source in before.SOURCES]
RENEW = f"SELECT case_search_renew(ARRAY(SELECT DISTINCT case_id FROM {TABLE} WHERE status = 'draft'));"

FORWARDS = [WAS.reverse_sql + NOW.sql, before.texts_function(SOURCES), RENEW]
BACKWARDS = [before.texts_function(before.SOURCES), NOW.reverse_sql + WAS.sql, RENEW]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0033_messages_from_before")]
    operations = [OnPostgreSQL("\n".join(FORWARDS), "\n".join(BACKWARDS))]
