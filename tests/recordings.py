"""Set-up that is done once per worker and written again, row by row, in every other test.

Walking a case through the workflow takes a tenth of a second and hundreds of queries; writing the rows
that it left takes a few. The walk itself is tested where it is the subject.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import time_machine
from django.db import connection, transaction
from django.utils import timezone

type Rows = dict[Any, tuple[Any, ...]]

# Recorded rows have keys of their own, which no row made in a test has.
STRIDE = 1_000_000
# Kept by the database itself, or the same in every test.
LEFT_OUT = {"django_migrations", "requests_app_municipality", "requests_app_casewords"}


@dataclass
class Table:
    """One table: its key column, its columns in order, its rows by key."""

    key: str
    columns: list[str]
    rows: Rows = field(default_factory=dict)


class Recording:
    """The rows that a piece of set-up wrote or changed, and what it answered."""

    def __init__(self, build: Callable[[], Any], number: int) -> None:
        before = _read()
        _continue_keys_at(number * STRIDE)
        self.result = build()
        after = _read()
        self.day = timezone.localdate()
        self.new: dict[str, Table] = {}
        self.changed: dict[str, Table] = {}
        for name, table in after.items():
            old = before[name].rows
            assert not old.keys() - table.rows.keys(), f"The set-up deletes rows of {name}."
            new = {key: row for key, row in table.rows.items() if key not in old}
            changed = {key: row for key, row in table.rows.items() if key in old and old[key] != row}
            if new:
                self.new[name] = Table(table.key, table.columns, new)
            if changed:
                self.changed[name] = Table(table.key, table.columns, changed)

    def play(self) -> None:
        """Write the rows. Foreign keys are checked at the end of the transaction."""
        quote = connection.ops.quote_name
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA defer_foreign_keys = ON")
            # First what changed: a new row may take the place of one that has ended.
            for name, table in self.changed.items():
                values = ", ".join(f"{quote(column)} = %s" for column in table.columns)
                cursor.executemany(
                    f"UPDATE {quote(name)} SET {values} WHERE {quote(table.key)} = %s",
                    [(*row, key) for key, row in table.rows.items()],
                )
            for name, table in self.new.items():
                names = ", ".join(map(quote, table.columns))
                places = ", ".join(["%s"] * len(table.columns))
                cursor.executemany(
                    f"INSERT INTO {quote(name)} ({names}) VALUES ({places})", list(table.rows.values())
                )


_recordings: dict[Any, Recording] = {}


class ThisTest:
    """What set-up a test has had, in its order, and whether it has written anything beside it."""

    def __init__(self) -> None:
        self.set_up: tuple[Any, ...] = ()
        self.has_written = False
        self.is_building = False

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Look at one statement on its way to the database."""
        if not self.is_building and not _CHANGES_NOTHING.match(sql):
            self.has_written = True
        return execute(sql, params, many, context)

    @contextmanager
    def building(self, name: Any) -> Iterator[None]:
        """What is written now is set-up: the outermost, if set-up is made of set-up."""
        is_outermost, self.is_building = not self.is_building, True
        try:
            yield
        finally:
            if is_outermost:
                self.is_building = False
                self.set_up += (name,)


# A sign-in between two pieces of set-up changes neither.
_CHANGES_NOTHING = re.compile(
    r"\s*((SELECT|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA)\b"
    r'|(INSERT INTO|UPDATE|DELETE FROM) "(django_session"|accounts_user" SET "last_login" =))',
    re.IGNORECASE,
)
_this_test = ThisTest()


def begin_test() -> None:
    """Forget what the test before has done."""
    global _this_test
    if _this_test.note in connection.execute_wrappers:
        connection.execute_wrappers.remove(_this_test.note)
    _this_test = ThisTest()
    connection.execute_wrappers.append(_this_test.note)


def can_replay() -> bool:
    """Whether the clock is the real one: a recording knows no other."""
    return not time_machine.escape_hatch.is_travelling()


def replayed(name: Any, build: Callable[[], Any], after: tuple[Any, ...] = ()) -> Any:
    """What ``build`` answers, done for real the first time and written from the record afterwards.

    ``build`` answers with keys, not with objects: objects belong to one test. ``after``: the names of the
    set-up that it goes on from.
    """
    if any(recording.day != timezone.localdate() for recording in _recordings.values()):
        _recordings.clear()  # midnight has passed
    recording = _recordings.get((*after, name))
    with _this_test.building(name):
        if recording is None:
            _recordings[*after, name] = recording = Recording(build, len(_recordings) + 1)
        else:
            recording.play()
    return recording.result


def replayed_next(name: Any, build: Callable[[], Any]) -> Any:
    """The same for set-up that goes on from other set-up: recorded for each such order of its own.

    Done for real where the test has written something in between, or where the clock is not the real one.
    """
    if _this_test.has_written or _this_test.is_building or not can_replay():
        return build()
    return replayed(name, build, _this_test.set_up)


def newest_keys() -> tuple[Any, ...]:
    """The newest key of the tables that every set-up writes to: equal while nothing was made in between."""
    tables = (
        "accounts_user",
        "advisors_advisor",
        "requests_app_case",
        "requests_app_event",
        "mail_outboxmessage",
    )
    query = ", ".join(f"(SELECT max(id) FROM {name})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {query}")
        row: tuple[Any, ...] = cursor.fetchone()
    return row


_shapes: dict[str, Table] = {}


def _read() -> dict[str, Table]:
    """Every table as it is now."""
    with connection.cursor() as cursor:
        if not _shapes:
            _shapes.update(_find_shapes(cursor))
        tables = {}
        for name, shape in _shapes.items():
            columns = ", ".join(map(connection.ops.quote_name, shape.columns))
            cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(name)}")
            position = shape.columns.index(shape.key)
            rows = {row[position]: tuple(map(_written, row)) for row in cursor.fetchall()}
            tables[name] = Table(shape.key, shape.columns, rows)
    return tables


def _written(value: Any) -> Any:
    """A value as the database takes it: SQLite knows neither dates nor decimals."""
    if connection.vendor == "sqlite" and isinstance(value, dt.date | dt.time | Decimal):
        return str(value)
    return value


def _find_shapes(cursor: Any) -> Iterator[tuple[str, Table]]:
    inspect = connection.introspection
    for name in inspect.django_table_names(only_existing=True, include_views=False):
        if name not in LEFT_OUT:
            columns = [column.name for column in inspect.get_table_description(cursor, name)]
            key = inspect.get_primary_key_column(cursor, name)
            assert key, f"{name} has no key of one column."
            yield name, Table(key, columns)


def _continue_keys_at(number: int) -> None:
    """Let the next row of every table that counts its keys get a key above ``number``."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            names = [name for name in _shapes if name != "django_session"]
            cursor.executemany("DELETE FROM sqlite_sequence WHERE name = %s", [(name,) for name in names])
            cursor.executemany(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [(name, number) for name in names]
            )
            return
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s::regclass, %s)", [connection.ops.quote_name(name), number])
