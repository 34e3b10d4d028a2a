"""The portal with sample data: web server and worker together, until Ctrl-C.

Everything it writes lies in var/demo/ (VAR_DIR names another folder than var/). The first start
fills a folder beside it, which takes that name only when it is complete: a start that was broken
off leaves nothing half-done.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "demo"
BIN = Path(sys.executable).parent
HOST = "127.0.0.1"
STARTS_WITHIN = 60.0  # seconds
STOPS_WITHIN = 15.0  # seconds

WELCOME = """
The portal is running. Open

  {url}/                 the portal: ask for a consultation
  {url}/demo/            become somebody: a municipal officer, a coordinator, an advisor
  {url}/demo/postfach/   every mail that the portal has sent
  {url}/admin/           the coordinators' desk
  {url}/beratung/        the advisors' workspace

No passwords: on /demo/ one button makes you any of the people of the sample world.
Ctrl-C ends it; the data stays. `make demo-reset` forgets it.
"""


stopping = False  # set by a signal, asked between two steps


def stop(signum: int, frame: FrameType | None) -> None:
    """Remember that somebody wants us to end; the programs are ended in good order, once."""
    global stopping
    stopping = True


def environment(port: int, home: Path) -> dict[str, str]:
    """What the programs of the demo are told; other settings of the shell do not reach them."""
    ours = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name in ours} | {
        "DEMO": "1",
        "DEBUG": "1",
        "VAR_DIR": str(home),
        "BASE_URL": f"http://{HOST}:{port}",
        "BIND": f"{HOST}:{port}",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),  # else the greeting scrolls away
        "PYTHONUNBUFFERED": "1",
    }


def manage(port: int, home: Path, *command: str) -> None:
    """Run a management command; when it fails, so do we."""
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment(port, home), check=True)


def prepare(port: int) -> None:
    """Bring the database to the code's state; fill it if there is none."""
    if HOME.exists():
        manage(port, HOME, "migrate", "--verbosity=0")
        return
    new = HOME.with_name("demo.new")
    shutil.rmtree(new, ignore_errors=True)
    (new / "static").mkdir(parents=True)  # stays empty: with DEBUG=1 files come from where they are
    print("Making the sample world, once …", flush=True)
    manage(port, new, "migrate", "--verbosity=0")
    manage(port, new, "load_municipalities", "--verbosity=0")
    manage(port, new, "load_samples", "--verbosity=0")
    new.rename(HOME)


def start(port: int, *command: str | Path) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own: Ctrl-C reaches us alone, and we end it in good order."""
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(port, HOME), stdin=subprocess.DEVNULL, start_new_session=True
    )


def answers(url: str) -> bool:
    """Whether the web server is up."""
    try:
        with urllib.request.urlopen(f"{url}/health/live", timeout=2) as response:  # noqa: S310 - our own
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def watch(programs: dict[str, subprocess.Popen[bytes]], url: str) -> None:
    """Say when it is up, then wait until we are to stop or one of the programs has ended by itself."""
    deadline = time.monotonic() + STARTS_WITHIN
    welcomed = False
    while not stopping:
        for name, program in programs.items():
            if program.poll() is not None:
                print(f"The {name} has ended (exit code {program.returncode}), so the demo ends.", flush=True)
                return
        if not welcomed and answers(url):
            print(WELCOME.format(url=url), flush=True)
            welcomed = True
        if not welcomed and time.monotonic() > deadline:
            print(f"The web server does not answer after {STARTS_WITHIN:.0f} seconds.", flush=True)
            return
        time.sleep(0.25)


def end(programs: dict[str, subprocess.Popen[bytes]]) -> None:
    """End what still runs: politely, then by force."""
    running = [program for program in programs.values() if program.poll() is None]
    for program in running:
        program.terminate()
    deadline = time.monotonic() + STOPS_WITHIN
    for program in running:
        with suppress(subprocess.TimeoutExpired):
            program.wait(max(0.1, deadline - time.monotonic()))
    for program in programs.values():
        with suppress(ProcessLookupError):  # the rule: nothing is left of it
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def main() -> int:
    """Prepare, start, watch, end. 0 when somebody ended it, 1 when something else did."""
    port = int(os.environ.get("PORT", "8000"))
    if port_is_taken(port):
        print(f"Port {port} is taken. `make demo PORT={port + 1}` takes another.")
        return 1
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    programs: dict[str, subprocess.Popen[bytes]] = {}
    try:
        prepare(port)
        if not stopping:
            programs["web server"] = start(port, BIN / "gunicorn", "miglobe.wsgi")
            programs["worker"] = start(port, sys.executable, "manage.py", "worker")
            watch(programs, f"http://{HOST}:{port}")
    except subprocess.CalledProcessError as error:
        if not stopping:
            print(f"This failed, see above: {' '.join(map(str, error.cmd[1:]))}")
    finally:
        if stopping:
            print("\nEnding the demo …", flush=True)
        end(programs)
    return 0 if stopping else 1


if __name__ == "__main__":
    sys.exit(main())
