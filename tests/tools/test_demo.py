"""Web server and worker live and end together."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request

import pytest

from tools import demo

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
# Starts a child, then takes no notice of being asked to end.
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)",
]


def started(*command):
    return subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)


@pytest.fixture
def programs():
    running = {}
    yield running
    demo.end(running)


def test_watch_returns_when_one_program_has_ended(programs, capsys):
    programs |= {
        "web server": started(*SLEEPER),
        "worker": started(sys.executable, "-c", "raise SystemExit(3)"),
    }
    demo.watch(programs, "http://127.0.0.1:1")
    assert "The worker has ended (exit code 3)" in capsys.readouterr().out


def test_end_leaves_no_program_running(programs):
    programs |= {"web server": started(*SLEEPER), "worker": started(*SLEEPER)}
    demo.end(programs)
    assert [program.poll() is None for program in programs.values()] == [False, False]


def test_end_kills_what_does_not_listen_and_its_children(programs, monkeypatch):
    monkeypatch.setattr(demo, "STOPS_WITHIN", 0.2)
    programs["web server"] = started(*STUBBORN)
    child = int(programs["web server"].stdout.readline())
    demo.end(programs)
    assert programs["web server"].returncode == -9
    assert is_gone(child)


def is_gone(pid):
    for _ in range(50):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
        if not state.strip() or state.startswith("Z"):
            return True
        time.sleep(0.1)
    return False


def test_programs_are_told_demo_and_nothing_of_the_shell(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    told = demo.environment(8123, tmp_path)
    assert "DATABASE_URL" not in told
    assert (told["DEMO"], told["DEBUG"], told["BASE_URL"]) == ("1", "1", "http://127.0.0.1:8123")


def answer(port, path):
    url = f"http://127.0.0.1:{port}{path}"
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode()
    return ""


def wait_for(port, supervisor):
    """Return when the web server answers, the demo has ended, or two minutes are over."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and supervisor.poll() is None and not answer(port, "/health/live"):
        time.sleep(0.2)


@contextlib.contextmanager
def running_demo(folder, port):
    """`make demo` once it answers; Ctrl-C at the end, which it must take as a good end."""
    command = [sys.executable, "-m", "tools.demo"]
    with (folder / "demo.log").open("a") as log:
        told = os.environ | {"VAR_DIR": str(folder), "PORT": str(port)}
        supervisor = subprocess.Popen(command, cwd=demo.ROOT, env=told, stdout=log, stderr=log)
        try:
            wait_for(port, supervisor)
            assert answer(port, "/health/live"), (folder / "demo.log").read_text()
            yield
        finally:
            supervisor.send_signal(signal.SIGINT)
            code = supervisor.wait(30)
    assert (code, answer(port, "/health/live")) == (0, "")


@pytest.mark.slow
def test_demo_makes_its_world_once_and_keeps_it(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running_demo(tmp_path, port):
        assert '<form method="post" action="/demo/werden/' in answer(port, "/demo/")
        assert "MiGlobe" in answer(port, "/")
    database = tmp_path / "demo/miglobe.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE requests_app_case SET title = 'Kept'")
    with running_demo(tmp_path, port):
        pass
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT DISTINCT title FROM requests_app_case").fetchall() == [("Kept",)]
    assert (tmp_path / "demo.log").read_text().count("Making the sample world") == 1
