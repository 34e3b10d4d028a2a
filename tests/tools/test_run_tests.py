"""The sum that closes a run, and what makes it a failure."""

import pytest

from tools import chromium, clamd, run_tests
from tools.run_tests import Count

REPORT = '<testsuites><testsuite tests="{0}" failures="{1}" errors="{2}" skipped="{3}"/></testsuites>'


@pytest.mark.parametrize(
    ("numbers", "code", "line"),
    [
        ((10, 0, 0, 0), 0, "10 passed, 0 failed"),
        ((10, 1, 2, 3), 1, "4 passed, 3 failed, 3 skipped"),
        ((0, 0, 0, 0), 5, "0 passed, 1 failed"),
        ((10, 0, 0, 0), 2, "10 passed, 1 failed"),
    ],
)
def test_counts_come_from_the_report_and_a_broken_run_is_a_failure(tmp_path, numbers, code, line):
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(*numbers))
    assert str(run_tests.counted(report, code)) == line


def test_run_without_a_report_is_a_failure(tmp_path):
    assert str(run_tests.counted(tmp_path / "none.xml", 3)) == "0 passed, 1 failed"


@pytest.mark.parametrize(
    ("counts", "code"),
    [({"run_checks": Count(8, 0)}, 0), ({"run_checks": Count(7, 1)}, 1), ({"run_checks": Count()}, 1)],
)
def test_exit_code_tells_whether_something_passed_and_nothing_failed(monkeypatch, capsys, counts, code):
    for name, count in counts.items():
        monkeypatch.setattr(run_tests, name, lambda count=count: count)
    assert run_tests.main(["checks"]) == code
    assert capsys.readouterr().out.splitlines()[-1] == str(counts["run_checks"])


@pytest.mark.parametrize(
    ("ci", "browser", "line"),
    [
        (True, "1", "0 passed, 1 failed"),
        (False, "1", "0 passed, 1 failed"),
        (True, "0", "0 passed, 1 failed"),
    ],
)
def test_missing_browser_is_a_failure_and_in_ci_always(monkeypatch, capsys, ci, browser, line):
    monkeypatch.setattr(run_tests, "CI", ci)
    monkeypatch.setenv("BROWSER", browser)
    monkeypatch.setattr(chromium, "find_or_install", lambda: None)
    assert str(run_tests.run_browser("")) == line
    assert "install Debian's package `chromium`" in capsys.readouterr().out


def test_browser_tests_are_left_out_when_asked_for_and_said_so(monkeypatch, capsys):
    monkeypatch.setattr(run_tests, "CI", False)
    monkeypatch.setenv("BROWSER", "0")
    assert str(run_tests.run_browser("")) == "0 passed, 0 failed"
    assert "Left out, as BROWSER=0 asks." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ci", "switch", "found", "selection"),
    [
        (True, "0", "/usr/sbin/clamd", "slow and not browser"),
        (False, "0", "/usr/sbin/clamd", "slow and not browser and not clamav"),
        (False, "1", None, "slow and not browser"),
    ],
)
def test_virus_check_is_left_out_only_when_asked_for_and_never_in_ci(
    monkeypatch, capsys, ci, switch, found, selection
):
    monkeypatch.setattr(run_tests, "CI", ci)
    monkeypatch.setenv("CLAMAV", switch)
    monkeypatch.setattr(clamd, "find_or_install", lambda: found)
    asked = []
    monkeypatch.setattr(run_tests, "run_pytest", lambda *args, **named: asked.append(args) or Count(1))
    run_tests.run_slow("url")
    assert asked == [("slow", selection, "url")]
    assert (clamd.MISSING in capsys.readouterr().out) == (found is None)
