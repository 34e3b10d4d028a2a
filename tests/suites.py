"""Which tests run on which database in `make test`, and why: docs/adr/0038-tests-on-two-databases.md.

Named on the command line, every test runs on whatever database there is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent

# What pages say and do, in folders and modules: on PostgreSQL, as in production …
PAGES = (
    "accounts",
    "advisors",
    "casepage",
    "intake",
    "requests_app/test_audiences.py",
    "requests_app/test_hostile_files.py",
    "requests_app/test_recipients.py",
    "requests_app/test_typed_text.py",
    "site",
    "test_language_of_pages.py",
    "test_url_matrix.py",
    "triage",
    "workspace",
)
# … but for what rests on queries, on counts and sums, on constraints or on locks: on both databases.
ON_BOTH = (
    "accounts/test_create_admin.py",
    "accounts/test_grants.py",
    "accounts/test_models.py",
    "advisors/test_availability.py",
    "advisors/test_directory.py",
    "advisors/test_publishing.py",
    "casepage/test_list.py",
    "casepage/test_queries.py",
    "intake/test_drafts.py",
    "intake/test_limits.py",
    "intake/test_not_listed.py",
    "site/test_models.py",
    "site/test_paging.py",
    "triage/test_changelist.py",
    "triage/test_export.py",
    "triage/test_filters.py",
    "triage/test_follow_ups.py",
    "triage/test_my_desk.py",
    "triage/test_overview.py",
    "triage/test_queues.py",
    "triage/test_saved_filters.py",
    "triage/test_search.py",
    "workspace/test_overview.py",
)
# The demo knows no other database than SQLite: its settings refuse PostgreSQL.
ON_SQLITE = "ops/test_demo.py"
# The longest test of all begins at once, while the other worker runs the other slow ones.
FIRST = "requests_app/test_two_years.py"
_DATABASE = {"db", "transactional_db", "live_server"}


def marker_of(item: pytest.Item) -> str:
    """``plain`` for a test without a database of its own, ``pages`` for one of a page, else nothing: both."""
    place = item.path.relative_to(TESTS)
    if not _needs_database(item) or place.as_posix() == ON_SQLITE:
        return "plain"
    names = {place.as_posix(), *(folder.as_posix() for folder in place.parents)}
    return "pages" if names & set(PAGES) and not names & set(ON_BOTH) else ""


def _needs_database(item: pytest.Item) -> bool:
    asks = any(item.get_closest_marker(name) for name in ("django_db", "postgresql"))
    return asks or not _DATABASE.isdisjoint(getattr(item, "fixturenames", ()))


def in_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """As they were collected, but for what should begin at once."""
    return sorted(items, key=lambda item: item.path != TESTS / FIRST)
