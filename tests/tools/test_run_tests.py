"""The sum that closes a run, and what makes it a failure."""

from itertools import product

import pytest
from _pytest.mark.expression import Expression

from tests import suites
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
    assert "install Debian's package `chromium-headless-shell`" in capsys.readouterr().out


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
    assert [(suite, markers, url) for suite, markers, url, *_options in asked] == [("slow", selection, "url")]
    assert (clamd.MISSING in capsys.readouterr().out) == (found is None)


@pytest.mark.parametrize("place", (*suites.PAGES, *suites.ON_BOTH, suites.ON_SQLITE, suites.FIRST))
def test_places_with_a_suite_of_their_own_are_there(place):
    assert (suites.TESTS / place).exists()


@pytest.mark.parametrize("place", suites.ON_BOTH)
def test_exceptions_stand_in_a_folder_of_pages(place):
    assert place.partition("/")[0] in suites.PAGES


def runs_of(*markers):
    """The runs of `make test` that take a test with these markers."""
    return {
        suite
        for suite, selection in run_tests.SELECTIONS.items()
        if Expression.compile(selection).evaluate(lambda name, **_arguments: name in markers)
    }


@pytest.mark.parametrize(
    ("marker", "runs"),
    [
        ("", {"sqlite", "postgresql"}),
        ("plain", {"sqlite"}),
        ("pages", {"postgresql"}),
        ("postgresql", {"postgresql"}),
        ("slow", {"slow"}),
        ("browser", {"browser"}),
    ],
)
def test_every_test_has_its_run(marker, runs):
    assert runs_of(marker) == runs


def test_no_mix_of_markers_is_left_out():
    # What needs no database is never of a page and never needs PostgreSQL: see suites.marker_of.
    for own, *written in product(["", "plain", "pages"], *[[True, False]] * 3):
        markers = {name for name, has in zip(["slow", "browser", "postgresql"], written, strict=True) if has}
        if own != "plain" or "postgresql" not in markers:
            assert runs_of(own, *markers) != set()


def test_slow_tests_are_looked_for_where_there_are_some():
    modules = run_tests.slow_modules()
    assert "tests/requests_app/test_two_years.py" in modules
    assert "tests/requests_app/test_transitions.py" not in modules


def test_no_test_elsewhere_is_one_for_the_browser():
    # The other runs do not look into the folder, and that run looks nowhere else.
    marker = ".".join(["mark", "browser"])  # written out, this module would be one of them
    modules = [path for path in run_tests.TESTS.rglob("*.py") if marker in path.read_text(encoding="utf-8")]
    assert {path.parent for path in modules} == {run_tests.ROOT / run_tests.BROWSER}


@pytest.fixture
def item(request):
    """This very test, as pytest knows it."""
    return request.node


def test_test_without_a_database_is_plain(item):
    assert suites.marker_of(item) == "plain"


@pytest.mark.django_db
def test_test_with_a_database_runs_on_both(item):
    assert suites.marker_of(item) == ""


@pytest.mark.parametrize(
    ("place", "marker"),
    [
        ("triage/test_sheet.py", "pages"),
        ("triage/test_filters.py", ""),
        ("test_url_matrix.py", "pages"),
        ("ops/test_demo.py", "plain"),
        ("requests_app/test_typed_text.py", "pages"),
        ("requests_app/test_transitions.py", ""),
    ],
)
def test_tests_of_one_database_are_told_by_their_place(place, marker, db, item):
    item.path = suites.TESTS / place
    assert suites.marker_of(item) == marker
