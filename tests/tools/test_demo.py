"""Web server and worker live and end together."""

import subprocess
import sys
import time

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
