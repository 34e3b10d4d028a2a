"""The words of dates, additions, feedback and follow-ups are found, too: PostgreSQL's index of words reads them.

Replaces what migration 0018 made for action options and sessions, which have more texts now, and adds
triggers to the new tables. See there for how it works.
"""

from dataclasses import dataclass, replace
from importlib import import_module

from django.db import migrations

first = import_module("requests_app.migrations.0018_search")
Source, OnPostgreSQL = first.Source, first.OnPostgreSQL


@dataclass(frozen=True)
class Part(Source):
    """A table whose rows belong to a row of another one, and through that to the case."""

    parent: str = ""
    key: str = ""

    @property
    def sql(self) -> str:
        columns = (self.key, *self.columns)
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        rows = f"rows x JOIN {self.parent} p ON p.id = x.{self.key}"
        cases = f"SELECT p.case_id FROM {self.parent} p WHERE p.id IN (OLD.{self.key}, NEW.{self.key})"
        return f"""
CREATE FUNCTION case_search_{self.name}_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE requests_app_casewords w SET words = w.words || t.added
    FROM (
        SELECT p.case_id, case_search_words(string_agg({self.text}, ' ')) AS added
        FROM {rows} GROUP BY p.case_id
    ) t
    WHERE w.case_id = t.case_id;
    RETURN NULL;
END $$;
CREATE FUNCTION case_search_{self.name}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ({old}) IS DISTINCT FROM ({new}) THEN
        PERFORM case_search_renew(ARRAY({cases}));
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION case_search_{self.name}_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM case_search_renew(ARRAY(SELECT DISTINCT p.case_id FROM {rows}));
    RETURN NULL;
END $$;
CREATE TRIGGER case_words_added AFTER INSERT ON {self.table}
    REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION case_search_{self.name}_added();
CREATE TRIGGER case_words_changed AFTER UPDATE ON {self.table}
    FOR EACH ROW EXECUTE FUNCTION case_search_{self.name}_changed();
CREATE TRIGGER case_words_removed AFTER DELETE ON {self.table}
    REFERENCING OLD TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION case_search_{self.name}_removed();
"""

    @property
    def texts(self) -> str:
        return (
            f"SELECT {self.text} FROM {self.table} x JOIN {self.parent} p ON p.id = x.{self.key}"
            " WHERE p.case_id = c.id"
        )


def texts_of(source: Source) -> str:
    if isinstance(source, Part):
        return source.texts
    return f"SELECT {source.text} FROM {source.table} x WHERE x.case_id = c.id"


MORE_COLUMNS = {
    "requests_app_actionoption": ("partners", "financial_effects"),
    "requests_app_dialoguesession": ("objection",),
}
BEFORE = [source for source in first.SOURCES if source.table in MORE_COLUMNS]
CHANGED = [replace(source, columns=source.columns + MORE_COLUMNS[source.table]) for source in BEFORE]
# Private notes and drafts of messages are their author's alone, so they are not among them.
NEW = (
    Source("requests_app_dateround", ("place", "note", "suggestion")),
    Source("requests_app_appointment", ("place", "cancel_reason")),
    Source("requests_app_feedback", ("missing",)),
    Source("requests_app_followup", ("word",)),
    Part(
        "requests_app_sessionaddition",
        ("shared_minutes",),
        parent="requests_app_dialoguesession",
        key="session_id",
    ),
    Part("requests_app_optionreport", ("note",), parent="requests_app_actionoption", key="option_id"),
)
SOURCES = [source for source in first.SOURCES if source.table not in MORE_COLUMNS] + [*CHANGED, *NEW]


def texts_function(sources: list[Source]) -> str:
    case = first.TEXTS.split("    UNION ALL")[0]
    union = "".join(f"    UNION ALL {texts_of(source)}\n" for source in sources)
    return f"""
CREATE OR REPLACE FUNCTION case_search_texts(keys bigint[]) RETURNS TABLE (case_id bigint, words tsvector)
LANGUAGE sql STABLE AS $$
    SELECT c.id, case_search_words(texts.body)
    FROM requests_app_case c, LATERAL (SELECT string_agg(t.body, ' ') AS body FROM ({case}{union}) t) texts
    WHERE c.id = ANY(keys)
$$;
"""


FORWARDS = [
    *(source.reverse_sql + source.sql for source in CHANGED),
    *(source.sql for source in NEW),
    texts_function(SOURCES),
]
BACKWARDS = [
    texts_function(list(first.SOURCES)),
    *(source.reverse_sql for source in NEW),
    *(source.reverse_sql + source.sql for source in BEFORE),
]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0026_dialogue_to_follow_up")]
    operations = [OnPostgreSQL("\n".join(FORWARDS), "\n".join(BACKWARDS))]
