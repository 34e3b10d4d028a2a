"""The database that every test begins with: migrated once, and copied by each worker of pytest.

Migrating an empty database takes ten seconds and more, copying the result none. What is made is kept under
a name that changes with the migrations, so nobody has to think of it: for SQLite a file below var/tests,
for PostgreSQL a database on the server of the tests.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "tests"
# What the database is made of: migrations, the register of municipalities, the packages' own migrations.
MADE_OF = ("*/migrations/*.py", "*/*/migrations/*.py", "requests_app/data/*", "requirements.txt")


def sqlite() -> Path:
    """The file of a migrated SQLite database, made if it is not there. To be copied, never opened."""
    path = FOLDER / f"empty-{_fingerprint()}.sqlite3"
    with _one_at_a_time():
        if not path.exists():
            for old in FOLDER.glob("empty-*"):
                old.unlink()
            begun = path.with_suffix(".begun")
            _migrate(f"sqlite:///{begun}")
            begun.rename(path)
    return path


def postgresql(url: str) -> str:
    """The name of a migrated database on the server of ``url``, made if it is not there.

    For ``CREATE DATABASE … TEMPLATE``. The account of ``url`` must be allowed to create databases, as the
    tests need anyway.
    """
    name = f"miglobe_empty_{_fingerprint()}"
    begun = f"{name}_begun"
    server = urlunsplit(urlsplit(url)._replace(path="/postgres"))  # the tests' own database is not there yet
    with _one_at_a_time(), psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(begun)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(begun)))
            _migrate(urlunsplit(urlsplit(url)._replace(path=f"/{begun}")))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(begun), sql.Identifier(name)))
    return name


def _migrate(url: str) -> None:
    for command in ("migrate", "load_municipalities"):
        subprocess.run(
            [sys.executable, "manage.py", command, "--verbosity=0"],
            cwd=ROOT,
            env=os.environ | {"TESTING": "1", "DATABASE_URL": url},
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _fingerprint() -> str:
    digest = sha256()
    for path in sorted(path for pattern in MADE_OF for path in ROOT.glob(pattern)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Workers that come second wait until the first has made the database."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "empty.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
