"""Where this machine's Chromium is, and how to start it for tests."""

from __future__ import annotations

import os
import shutil
import subprocess

# The shell first: it has no windows to draw, and opens pages in half the time.
PACKAGE = "chromium-headless-shell"
NAMES = [PACKAGE, "chromium", "chromium-browser", "google-chrome"]
# No sandbox: the tests may run as root, and open nothing but our own pages. The rest keeps it
# from asking the network for things of its own.
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    f"The browser tests need Chromium: install Debian's package `{PACKAGE}`, or set CHROMIUM to its path."
)


def find() -> str | None:
    """The path of Chromium, or None. CHROMIUM in the environment goes first."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find_or_install() -> str | None:
    """The path of Chromium; where it is missing, Debian's package is installed if we may."""
    path = find()
    if path or os.environ.get("CHROMIUM") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return path
    print("Installing Chromium (Debian's package) for the browser tests …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("update", f"install --yes --no-install-recommends {PACKAGE}"):
        done = subprocess.run(["apt-get", "-qq", *command.split()], env=environment, stdin=subprocess.DEVNULL)
        if done.returncode:
            return None
    return find()
