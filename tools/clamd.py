"""Where this machine's ClamAV daemon is, and how to start one for tests: tiny, with signatures of our own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = (
    "The test of the virus check needs ClamAV: install Debian's package `clamav-daemon`, or set CLAMD to the "
    "path of clamd."
)
# Debian puts daemons where ordinary people's PATH does not look.
PLACES = os.pathsep.join([*os.get_exec_path(), "/usr/local/sbin", "/usr/sbin"])
START_LIMIT = 60.0  # seconds


def find() -> str | None:
    """The path of clamd, or None. CLAMD in the environment goes first."""
    return shutil.which(os.environ.get("CLAMD") or "clamd", path=PLACES)


def find_or_install() -> str | None:
    """The path of clamd; where it is missing, Debian's package is installed if we may."""
    path = find()
    if path or os.environ.get("CLAMD") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return path
    print("Installing ClamAV (Debian's package) for the test of the virus check …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("update", "install --yes --no-install-recommends clamav-daemon"):
        done = subprocess.run(["apt-get", "-qq", *command.split()], env=environment, stdin=subprocess.DEVNULL)
        if done.returncode:
            return None
    return find()


@contextmanager
def daemon(folder: Path, signatures: str) -> Iterator[str]:
    """A running clamd that knows ``signatures`` (lines of an .ndb file); gives the address for CLAMD_URL.

    Everything lies in ``folder``, whose path must be short: sockets allow no more than 100 characters.
    Raises ``RuntimeError`` when there is no clamd or it does not start.
    """
    path = find()
    if path is None:
        raise RuntimeError(MISSING)
    database, address = folder / "signatures", folder / "clamd.socket"
    database.mkdir(parents=True)
    (database / "own.ndb").write_text(signatures)
    settings = folder / "clamd.conf"
    settings.write_text(f"LocalSocket {address}\nDatabaseDirectory {database}\nForeground yes\nSelfCheck 0\n")
    log = (folder / "clamd.log").open("wb")
    process = subprocess.Popen([path, f"--config-file={settings}"], stdout=log, stderr=log)
    try:
        _wait(process, address, folder / "clamd.log")
        yield f"unix://{address}"
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _wait(process: subprocess.Popen[bytes], address: Path, log: Path) -> None:
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(address))
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"clamd does not start: {log.read_text()[-2000:]}")
