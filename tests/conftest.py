"""What every test stands on: settings, a database with the reference data, mail kept in memory.

The tests run on SQLite, and on PostgreSQL when DATABASE_URL says so; ``tests/suites.py`` says which run
on both in `make test`. The reference data (groups
and permissions from the migrations, the register of municipalities) is there in every test, also
after a test that empties the tables instead of rolling back.
"""

from __future__ import annotations

import gc
import os
import shutil

# Both are read when the settings are loaded, so they come before anything of Django.
os.environ["TESTING"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "miglobe.settings"

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from django.test.signals import clear_cache_handlers

from tests import recordings, suites
from tools import test_database


def pytest_configure(config: pytest.Config) -> None:
    """Quicker and quieter settings; nothing here changes what a test can observe of our code."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The manifest needs `collectstatic`; tests/deploy/ proves that one.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # In memory: tests without a database count nothing. The browser tests use the cache of production.
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"}
    settings.CACHES = settings.CACHES | {"default": memory}
    clear_cache_handlers(setting="CACHES")  # the applications have read them before us


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the markers that were asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that run on one database only, and put them in their order."""
    for item in items:
        if marker := suites.marker_of(item):
            item.add_marker(marker)
    items[:] = suites.in_order(items)


def pytest_collection_finish() -> None:
    """What is there now stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


_MAILERS = getattr(settings, "MAILERS", None)


@pytest.fixture(scope="session", autouse=True)
def _mails_through_our_outbox(django_test_environment: None) -> None:
    """Django's test environment keeps every mail in memory; we want that of the transport alone."""
    if _MAILERS:
        settings.MAILERS = settings.MAILERS | {"default": _MAILERS["default"]}


@pytest.fixture(autouse=True)
def _files_in_a_temporary_folder(tmp_path_factory: pytest.TempPathFactory, settings) -> None:
    """Nothing that a test uploads lands in var/."""
    default = settings.STORAGES["default"]
    if "location" in default.get("OPTIONS", {}):
        location = str(tmp_path_factory.getbasetemp() / "files")
        settings.STORAGES = settings.STORAGES | {"default": default | {"OPTIONS": {"location": location}}}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """The portal's settings and the rate limits of an earlier test are forgotten."""
    for alias in settings.CACHES:
        caches[alias].clear()


@pytest.fixture(autouse=True)
def _nothing_written_yet() -> None:
    """Set-up may come from recordings until the test itself writes something: see tests/recordings.py."""
    recordings.begin_test()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the test database is there already: a copy, see below."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Begin with a copy of a database that was migrated once.

    On SQLite in a file, not in memory: threads (the live server, races) then have real connections.
    """
    test = connections["default"].settings_dict["TEST"]
    if connection.vendor == "sqlite":
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        shutil.copyfile(test_database.sqlite(), name)
        test["NAME"] = str(name)
    else:
        test["TEMPLATE"] = test_database.postgresql(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """The reference data, put back whenever a test has emptied the tables."""
    with django_db_blocker.unblock():
        snapshot = ReferenceData()

    def empty_and_put_back(test_case: TransactionTestCase) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA defer_foreign_keys = ON")
            snapshot.empty(cursor)
            snapshot.put_back(cursor)

    TransactionTestCase._fixture_teardown = empty_and_put_back


class ReferenceData:
    """A copy of every row there is. Foreign keys are checked at the end of the transaction."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[list[str], list[tuple]]] = {}
        self.tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        with connection.cursor() as cursor:
            for table in self.tables:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                if rows := cursor.fetchall():
                    self.rows[table] = ([column[0] for column in cursor.description], rows)

    def empty(self, cursor: CursorWrapper) -> None:
        """Delete every row. Most tables have none, and Django's `flush` is slow at truncating them all."""
        quote = connection.ops.quote_name
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in self.tables
            )
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quote(table)}")

    def put_back(self, cursor: CursorWrapper) -> None:
        """Write the rows into the empty tables."""
        quote = connection.ops.quote_name
        for table, (columns, rows) in self.rows.items():
            names = ", ".join(map(quote, columns))
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", rows)
