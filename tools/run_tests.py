"""Run the checks and the test suites and count them: `python -m tools.run_tests [SUITE …]`.

The last line says `N passed, N failed`, the sum of all; each check counts as one. Suites: checks,
sqlite, postgresql, slow, browser; all of them where none is named. Nothing is skipped in silence: what
cannot run is a failure, but for the browser tests with BROWSER=0 and the virus check with CLAMAV=0, and
never in CI.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import chromium, clamd, postgres

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "var" / "tests"
TESTS = ROOT / "tests"
BROWSER = "tests/browser"  # all that is in it needs one, and nothing else does
BIN = Path(sys.executable).parent
CI = os.environ.get("CI", "").lower() in {"1", "true"}
WORKERS = "2"

# Which tests each run of pytest takes, by their markers (pyproject.toml); tests/suites.py sets two of them.
SELECTIONS = {
    "sqlite": "not browser and not slow and not postgresql and not pages",
    "postgresql": "not browser and not slow and not plain",
    "slow": "slow and not browser",
    "browser": "browser",
}

CHECKS: dict[str, list[str | Path]] = {
    "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "lint": [BIN / "ruff", "check", "--quiet", "."],
    "types": [BIN / "mypy"],
    "templates": [BIN / "djlint", "--lint", "--quiet", "templates"],
    "imports": [BIN / "lint-imports", "--no-logo"],
    "settings": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "messages": [sys.executable, "tools/messages.py", "check"],
}


@dataclass
class Count:
    """How many passed, failed (errors too) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def headline(text: str) -> None:
    print(f"\n--- {text} ---", flush=True)


def check(name: str) -> tuple[str, int, str, float]:
    """Run one check: its name, exit code, output and seconds."""
    start = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        env=os.environ | {"TESTING": "1", "DJANGO_SETTINGS_MODULE": "miglobe.settings"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    return name, done.returncode, done.stdout + done.stderr, time.monotonic() - start


def run_checks() -> Count:
    """All checks, two at a time; only what fails is shown in full."""
    headline("checks")
    count = Count()
    with ThreadPoolExecutor(int(WORKERS)) as pool:
        for name, code, output, seconds in pool.map(check, CHECKS):
            print(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
            if code:
                print(output, flush=True)
            count += Count(passed=int(code == 0), failed=int(code != 0))
    return count


def run_pytest(suite: str, selection: str, database_url: str | None, *options: str) -> Count:
    """One run of pytest over the tests that the marker expression selects; ``options`` are pytest's."""
    headline(f"tests: {suite}")
    report = REPORTS / f"{suite}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    # Kept byte code spares each of the workers the compiling of all modules.
    left_out = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    if database_url:
        environment["DATABASE_URL"] = database_url
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--tb=short",
        "-n",
        WORKERS,
        "-m",
        selection,
        f"--junit-xml={report}",
        *options,
    ]
    code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode
    return counted(report, code)


def counted(report: Path, code: int) -> Count:
    """The counts of a JUnit report; a run that broke off or ran no test is a failure."""
    count = Count()
    if report.exists():
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own file
            total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            count += Count(total - failed - skipped, failed, skipped)
    if code and not count.failed:
        print(f"pytest ended with exit code {code}.")
        count += Count(failed=1)
    return count


def run_slow(database_url: str) -> Count:
    """The slow tests, module by module: those of one start servers together and share what they build."""
    selection = SELECTIONS["slow"]
    if os.environ.get("CLAMAV") == "0" and not CI:
        print("The test of the virus check is left out, as CLAMAV=0 asks.")
        selection += " and not clamav"
    elif clamd.find_or_install() is None:  # its test then fails
        print(f"{clamd.MISSING} CLAMAV=0 leaves it out.")
    # In the order of collection, in which the longest comes first: see tests/suites.py.
    order = ("--dist=loadfile", "--no-loadscope-reorder")
    return run_pytest("slow", selection, database_url, *order, *slow_modules())


def slow_modules() -> list[str]:
    """The modules with slow tests in them: each worker would read all the others in vain."""
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in TESTS.rglob("test_*.py")
        if "mark.slow" in path.read_text(encoding="utf-8")
    )


def run_browser(database_url: str) -> Count:
    """The browser tests, on PostgreSQL as in production."""
    if os.environ.get("BROWSER") == "0" and not CI:
        headline("tests: browser")
        print("Left out, as BROWSER=0 asks.")
        return Count()
    if chromium.find_or_install() is None:
        headline("tests: browser")
        print(f"{chromium.MISSING} BROWSER=0 leaves them out.")
        return Count(failed=1)
    return run_pytest("browser", SELECTIONS["browser"], database_url, BROWSER)


def main(wanted: list[str]) -> int:
    """Run the suites that are wanted, print the sum last, tell by the exit code."""
    suites = wanted or ["checks", "sqlite", "postgresql", "slow", "browser"]
    count = Count()
    if "checks" in suites:
        count += run_checks()
    if "sqlite" in suites:
        count += run_pytest("sqlite", SELECTIONS["sqlite"], None, f"--ignore={BROWSER}")
    if {"postgresql", "slow", "browser"} & set(suites):
        with postgres.server() as url:
            if "postgresql" in suites:
                count += run_pytest("postgresql", SELECTIONS["postgresql"], url, f"--ignore={BROWSER}")
            if "slow" in suites:
                count += run_slow(url)
            if "browser" in suites:
                count += run_browser(url)
    print(f"\n{count}", flush=True)
    return int(count.failed > 0 or count.passed == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
