"""PostgreSQL keeps the words of each case by itself: functions, triggers, indexes, and those there are.

On SQLite nothing is done: a plain search looks through the same texts (``triage/search.py``). Names that
begin with ``case_search`` are functions, ``case_words…`` triggers and the index. Function bodies know
columns by name only, so that a later migration may change a column; one that adds a text to a case
replaces ``case_search_renew`` and adds the triggers of its table.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import migrations

EXTENSION_MISSING = (
    "The search needs PostgreSQL's extension 'unaccent', which comes with it (on Debian in the package of "
    "the server, in containers with the image). Either it is not installed, or the database does not belong "
    "to the account of DATABASE_URL. Then somebody who administers the server runs once, in this database: "
    "CREATE EXTENSION unaccent;"
)

# Without accents, and what people write for an umlaut counts as the umlaut: Münster, Muenster, Munster.
# After a, e and q an "ue" is none: Bauer, neue, Quelle.
FOLD = r"""
CREATE FUNCTION case_search_fold(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT regexp_replace(
        replace(replace(lower(unaccent(typed)), 'ae', 'a'), 'oe', 'o'), '(?<![aeq])ue', 'u', 'g')
$$;
CREATE FUNCTION case_search_trim(token text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT left(ltrim(btrim(token, '.,;:!?()[]{}<>"''„“”‚‘’»«*–'), '@'), 200)
$$;
"""

# Every word as it is written, and its stem; numbers and addresses with their dots and hyphens, too.
# No stop words: "an der Ruhr" is three words. (Twice as fast as two calls of ``to_tsvector``.)
WORDS = r"""
CREATE TEXT SEARCH DICTIONARY case_stem (TEMPLATE = snowball, LANGUAGE = german);
CREATE FUNCTION case_search_words(typed text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    folded text := case_search_fold(left(coalesce(typed, ''), 400000));
    parts text[] := ARRAY(
        SELECT DISTINCT left(part, 200)
        FROM unnest(string_to_array(regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g'), ' ')) AS part
        WHERE part <> ''
    );
    stems text[] := ARRAY(SELECT (ts_lexize('case_stem', part))[1] FROM unnest(parts) AS part);
    wholes text[] := ARRAY(
        SELECT DISTINCT whole
        FROM unnest(string_to_array(translate(folded, E'\n\r\t', '   '), ' ')) AS token,
             case_search_trim(token) AS whole
        WHERE token ~ '[@0-9]' AND whole ~ '[[:alnum:]][^[:alnum:]]'
    );
BEGIN
    RETURN array_to_tsvector(parts || stems || wholes);
END $$;
"""

# Each word typed is found by its beginning, or in another form. What holds a digit or an @ together with
# a sign (a case number, an address) is found as it was typed, from its beginning.
QUERY = r"""
CREATE FUNCTION case_search_query(typed text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    found tsquery;
    term tsquery;
    token text;
    part text;
    stem text;
BEGIN
    FOREACH token IN ARRAY (string_to_array(translate(case_search_fold(typed), E'\n\r\t', '   '), ' '))[1:8] LOOP
        token := case_search_trim(token);
        IF token ~ '[@0-9]' AND token ~ '[[:alnum:]][^[:alnum:]]' THEN
            term := (quote_literal(replace(token, '\', '')) || ':*')::tsquery;
            found := CASE WHEN found IS NULL THEN term ELSE found && term END;
        ELSE
            FOREACH part IN ARRAY regexp_split_to_array(token, '[^[:alnum:]]+') LOOP
                CONTINUE WHEN part = '';
                term := (quote_literal(part) || ':*')::tsquery;
                stem := (ts_lexize('case_stem', part))[1];
                IF stem <> part THEN
                    term := term || quote_literal(stem)::tsquery;
                END IF;
                found := CASE WHEN found IS NULL THEN term ELSE found && term END;
            END LOOP;
        END IF;
    END LOOP;
    RETURN found;
END $$;
"""

@dataclass(frozen=True)
class Source:
    """A table with text of cases: the columns with text, and names that a row ``x`` stands for."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()  # columns that lead to the names
    names: str = ""

    @property
    def name(self) -> str:
        return self.table.removeprefix("requests_app_")

    @property
    def text(self) -> str:
        parts = [*(f"x.{column}" for column in self.columns), *filter(None, [self.names])]
        return f"concat_ws(' ', {', '.join(parts)})"

    @property
    def sql(self) -> str:
        """Its triggers. What comes is added, at the cost of its own length; else the case is read anew."""
        columns = ("case_id", *self.columns, *self.keys)
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        return f"""
CREATE FUNCTION case_search_{self.name}_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE requests_app_casewords w SET words = w.words || t.added
    FROM (
        SELECT x.case_id, case_search_words(string_agg({self.text}, ' ')) AS added
        FROM rows x WHERE x.case_id IS NOT NULL GROUP BY x.case_id
    ) t
    WHERE w.case_id = t.case_id;
    RETURN NULL;
END $$;
CREATE FUNCTION case_search_{self.name}_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ({old}) IS DISTINCT FROM ({new}) THEN
        PERFORM case_search_renew(ARRAY[OLD.case_id, NEW.case_id]);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION case_search_{self.name}_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM case_search_renew(ARRAY(SELECT DISTINCT x.case_id FROM rows x WHERE x.case_id IS NOT NULL));
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
    def reverse_sql(self) -> str:
        return f"""
DROP TRIGGER case_words_added ON {self.table};
DROP TRIGGER case_words_changed ON {self.table};
DROP TRIGGER case_words_removed ON {self.table};
DROP FUNCTION case_search_{self.name}_added, case_search_{self.name}_changed, case_search_{self.name}_removed;
"""


# A municipality's names, those of what became part of it, and of what it has become part of.
MUNICIPALITY = """(
    SELECT string_agg(concat_ws(' ', m.name, m.official_name), ' ') FROM requests_app_municipality m
    WHERE m.id = x.municipality_id OR m.successor_id = x.municipality_id
        OR m.id = (SELECT s.successor_id FROM requests_app_municipality s WHERE s.id = x.municipality_id)
)"""
ADVISOR = """(
    SELECT u.name FROM advisors_advisor a JOIN accounts_user u ON u.id = a.user_id WHERE a.id = x.advisor_id
)"""
# Private notes of a session are the advisor's alone, so they are not among them.
SOURCES = (
    Source("requests_app_case_partners", (), keys=("municipality_id",), names=MUNICIPALITY),
    Source("requests_app_contactperson", ("name", "function", "email", "phone")),
    Source("requests_app_expectedcontact", ("name", "function", "phone")),
    Source("requests_app_message", ("body",)),
    Source("requests_app_internalnote", ("body",)),
    Source("requests_app_dialoguesession", ("shared_minutes",)),
    Source(
        "requests_app_actionoption",
        ("title", "description", "first_step", "responsible_unit", "indicator", "comment"),
    ),
    Source(
        "requests_app_assignment",
        ("summary", "effort", "decline_reason"),
        keys=("advisor_id",),
        names=ADVISOR,
    ),
    Source("requests_app_shortlistentry", ("summary", "effort")),
    Source("requests_app_document", ("name",)),
)
CASE_COLUMNS = (
    "reference", "organisation", "title", "municipality_id", "unit", "situation", "guiding_question",
    "period", "advisor_wishes", "participants", "access_needs", "resubmission_note",
)
TEXTS = f"""
    SELECT concat_ws(' ', c.reference, c.organisation, c.title, {MUNICIPALITY}, c.unit, c.situation,
        c.guiding_question, c.period, c.advisor_wishes, c.participants, c.access_needs,
        c.resubmission_note) AS body FROM (SELECT c.municipality_id) x
""" + "".join(
    f"    UNION ALL SELECT {source.text} FROM {source.table} x WHERE x.case_id = c.id\n" for source in SOURCES
)

# The row is there as long as the case is; whoever changes it waits for whoever does, and reads afterwards.
RENEW = f"""
CREATE FUNCTION case_search_texts(keys bigint[]) RETURNS TABLE (case_id bigint, words tsvector)
LANGUAGE sql STABLE AS $$
    SELECT c.id, case_search_words(texts.body)
    FROM requests_app_case c, LATERAL (SELECT string_agg(t.body, ' ') AS body FROM ({TEXTS}) t) texts
    WHERE c.id = ANY(keys)
$$;
CREATE FUNCTION case_search_renew(keys bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM requests_app_casewords w WHERE w.case_id = ANY(keys) ORDER BY w.case_id FOR UPDATE;
    UPDATE requests_app_casewords w SET words = t.words
    FROM case_search_texts(keys) t
    WHERE w.case_id = t.case_id AND w.words IS DISTINCT FROM t.words;
END $$;
CREATE FUNCTION case_search_fill() RETURNS void LANGUAGE sql AS $$
    INSERT INTO requests_app_casewords (case_id, words)
    SELECT t.* FROM case_search_texts(ARRAY(SELECT id FROM requests_app_case)) t
    ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words
$$;
"""

# The list of words that wait to be sorted in is kept short: every search reads it from end to end.
INDEX = """
CREATE INDEX case_words ON requests_app_casewords USING gin (words) WITH (gin_pending_list_limit = 256);
"""

# The case itself, and what is named elsewhere: municipalities, and the accounts of advisors.
OLD, NEW = (", ".join(f"{row}.{column}" for column in CASE_COLUMNS) for row in ("OLD", "NEW"))
OTHERS = f"""
CREATE FUNCTION case_search_case_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO requests_app_casewords (case_id, words)
    SELECT t.* FROM case_search_texts(ARRAY(SELECT id FROM rows)) t;
    RETURN NULL;
END $$;
CREATE FUNCTION case_search_case_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ({OLD}) IS DISTINCT FROM ({NEW}) THEN
        PERFORM case_search_renew(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION case_search_municipality_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.name, OLD.official_name, OLD.successor_id)
        IS DISTINCT FROM (NEW.name, NEW.official_name, NEW.successor_id)
    THEN
        PERFORM case_search_renew(ARRAY(
            SELECT c.id FROM requests_app_case c WHERE c.municipality_id IN (
                SELECT m.id FROM requests_app_municipality m
                WHERE m.id IN (NEW.id, OLD.successor_id, NEW.successor_id) OR m.successor_id = NEW.id)
            UNION
            SELECT p.case_id FROM requests_app_case_partners p WHERE p.municipality_id IN (
                SELECT m.id FROM requests_app_municipality m
                WHERE m.id IN (NEW.id, OLD.successor_id, NEW.successor_id) OR m.successor_id = NEW.id)
        ));
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION case_search_user_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.name IS DISTINCT FROM NEW.name THEN
        PERFORM case_search_renew(ARRAY(
            SELECT x.case_id FROM requests_app_assignment x
            JOIN advisors_advisor a ON a.id = x.advisor_id WHERE a.user_id = NEW.id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_words_added AFTER INSERT ON requests_app_case
    REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION case_search_case_added();
CREATE TRIGGER case_words_changed AFTER UPDATE ON requests_app_case
    FOR EACH ROW EXECUTE FUNCTION case_search_case_changed();
CREATE TRIGGER case_words_changed AFTER UPDATE ON requests_app_municipality
    FOR EACH ROW EXECUTE FUNCTION case_search_municipality_changed();
CREATE TRIGGER case_words_changed AFTER UPDATE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION case_search_user_changed();
"""
OTHERS_REVERSED = """
DROP TRIGGER case_words_added ON requests_app_case;
DROP TRIGGER case_words_changed ON requests_app_case;
DROP TRIGGER case_words_changed ON requests_app_municipality;
DROP TRIGGER case_words_changed ON accounts_user;
DROP FUNCTION case_search_case_added, case_search_case_changed, case_search_municipality_changed,
    case_search_user_changed;
"""

FORWARDS = [FOLD, WORDS, QUERY, RENEW, *(source.sql for source in SOURCES), OTHERS]
BACKWARDS = [
    OTHERS_REVERSED,
    *(source.reverse_sql for source in SOURCES),
    "DROP INDEX case_words;",
    "DROP FUNCTION case_search_fill, case_search_renew, case_search_texts, case_search_query,"
    " case_search_words, case_search_trim, case_search_fold;"
    "DROP TEXT SEARCH DICTIONARY case_stem;"
    "DELETE FROM requests_app_casewords;",
]


class OnPostgreSQL(migrations.RunSQL):
    """SQL for PostgreSQL; elsewhere nothing, also in ``sqlmigrate``."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


def create_extension(apps, schema_editor):
    """Or end with a sentence that says who has to do what. The extension is trusted: the owner may."""
    from django.db import DatabaseError

    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    except DatabaseError as error:
        raise RuntimeError(EXTENSION_MISSING) from error


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0017_words_and_tabs"),
        ("advisors", "0007_review_of_publications"),
        ("accounts", "0005_reader"),
    ]
    operations = [
        migrations.RunPython(create_extension, migrations.RunPython.noop),
        *(OnPostgreSQL(forwards, OnPostgreSQL.noop) for forwards in FORWARDS),
        # Taken back first, so this one drops it all. No index is made while foreign keys wait to be checked.
        OnPostgreSQL(
            f"SELECT case_search_fill(); SET CONSTRAINTS ALL IMMEDIATE; {INDEX}"
            "ANALYZE requests_app_casewords; SET CONSTRAINTS ALL DEFERRED;",
            "".join(BACKWARDS),
        ),
    ]
