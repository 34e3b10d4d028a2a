"""What a municipality wrote, as labels and values."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils.translation import gettext as _

from requests_app.answers import request_sections
from requests_app.models import Case
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


def values(case: Case, *, with_contact: bool) -> list[str]:
    """All values of all sections, lists taken apart."""
    rows = [row for section in request_sections(case, with_contact=with_contact) for row in section.rows]
    return [part for _label, value in rows for part in (value if isinstance(value, list) else [value])]


def test_everything_that_was_written_is_there() -> None:
    advisor = actors.advisor("Amara Okafor")
    case = actors.submitted(
        guiding_question="Wie gewinnen wir Vereine?",
        goals=["participation", "appreciation"],
        formats=["initial_talk", "workshop"],
        earliest_begin=dt.date(2027, 3, 1),
        period="Ratssitzung am 14. April",
        preferred_advisor=advisor,
        advisor_wishes="Gern zwei Personen.",
        participants="Integrationsrat",
        access_needs="Stufenloser Raum",
    )
    found = values(case, with_contact=True)
    for text in (
        "Hattingen", case.unit, "Katrin Wellmann", case.contacts.get().email, "0221 4710-101", case.title,
        case.situation, "Wie gewinnen wir Vereine?", _("Increase appreciation"), str(case.topics.get()),
        _("Workshop"), _("On site"), "Ratssitzung am 14. April", "Amara Okafor", "Gern zwei Personen.",
        "Integrationsrat", "Stufenloser Raum",
    ):  # fmt: skip
        assert text in found
    assert any("2027" in text and "1." not in text for text in found)  # the month, without a day


def test_contact_data_appears_only_when_asked_for() -> None:
    case = actors.submitted(situation="Kurz.")
    contact = case.contacts.get()
    found = values(case, with_contact=False)
    assert not {contact.name, contact.email, contact.phone, contact.function} & set(found)


def test_questions_that_were_left_open_are_left_out() -> None:
    case = actors.submitted(unit="", goals=[], formats=[])
    rows = [row for section in request_sections(case, with_contact=True) for row in section.rows]
    assert all(value for _label, value in rows)
    assert len(request_sections(case, with_contact=True)) == 4


def test_labels_begin_with_a_capital_letter() -> None:
    labels = [label for s in request_sections(actors.submitted(), with_contact=True) for label, _v in s.rows]
    assert [label for label in labels if label[0].islower()] == []


def test_the_sections_ask_no_query_for_what_was_fetched_along(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    World()
    case = Case.objects.select_related("municipality", "preferred_advisor__user").prefetch_related(
        "topics", "partners", "contacts"
    )[0]
    with django_assert_num_queries(0):
        request_sections(case, with_contact=True)
