"""From answers to a case, without pages."""

import uuid

import pytest

from requests_app.models import Case, Channel
from requests_app.request_form.submission import Incomplete, submit
from tests import actors
from tests.intake.form_walk import answers

pytestmark = pytest.mark.django_db


def test_answers_become_a_case_with_its_contact_person():
    advisor = actors.advisor("Amara Okafor")
    given = answers(preferred_advisor=str(advisor.pk), earliest_begin_month="3", earliest_begin_year="2031")
    case = submit(given, key=uuid.uuid4(), channel=Channel.EVENT)
    fields = {
        name: getattr(case, name)
        for name in (
            "unit",
            "title",
            "situation",
            "guiding_question",
            "goals",
            "formats",
            "mode",
            "period",
            "advisor_wishes",
            "participants",
            "access_needs",
            "channel",
            "language",
        )
    }
    assert fields == {
        "unit": "Fachbereich Soziales",
        "title": "Migrantische Vereine gewinnen",
        "situation": "Die Steuerungsgruppe besteht aus elf Personen.",
        "guiding_question": "Wie gewinnen wir Vereine?",
        "goals": ["participation", "unsure"],
        "formats": ["initial_talk", "workshop"],
        "mode": "on_site",
        "period": "Ratssitzung am 14. April",
        "advisor_wishes": "Erfahrung mit Fairem Handel",
        "participants": "Steuerungsgruppe, Integrationsrat",
        "access_needs": "Stufenloser Raum",
        "channel": "event",
        "language": "de",
    }
    assert case.municipality.name == "Hattingen"
    assert case.earliest_begin.isoformat() == "2031-03-01"
    assert case.preferred_advisor == advisor
    assert sorted(topic.key for topic in case.topics.all()) == ["committees", "fair_trade"]
    contact = case.contacts.get()
    assert (contact.name, contact.function, contact.email, contact.phone) == (
        "Katrin Wellmann",
        "Sachbearbeiterin Integration",
        "katrin.wellmann@hattingen.example.org",
        "0221 4710-101",
    )


def test_required_answers_are_enough():
    given = {
        "municipality": {"municipality": "LVR", "name": "Kim", "email": "kim@lvr.example.org"},
        "concern": {"title": "Thema", "situation": "Lage"},
    }
    case = submit(given, key=uuid.uuid4())
    assert (case.mode, case.goals, case.formats, case.earliest_begin) == ("any", [], [], None)
    assert case.preferred_advisor is None
    assert case.topics.count() == 0


def test_missing_answers_name_the_first_page():
    with pytest.raises(Incomplete) as error:
        submit(answers(title="", mode="sideways"), key=uuid.uuid4())
    assert error.value.page.key == "concern"
    assert list(error.value.form.errors) == ["title"]
    assert "title" in str(error.value)
    assert Case.objects.count() == 0


def test_nothing_at_all_is_incomplete():
    with pytest.raises(Incomplete):
        submit({}, key=uuid.uuid4())


def test_same_key_makes_one_case():
    key = uuid.uuid4()
    assert submit(answers(), key=key) == submit(answers(title="Anders"), key=key)
    assert Case.objects.get().title == "Migrantische Vereine gewinnen"


def test_what_is_offered_is_read_afresh():
    """A municipality that left the register a moment ago is refused, whatever the cache says."""
    from requests_app.models import Municipality

    submit(answers(), key=uuid.uuid4())
    Municipality.objects.filter(key="05954016").update(is_active=False)
    with pytest.raises(Incomplete):
        submit(answers(), key=uuid.uuid4())


def test_signed_in_sender_is_confirmed_at_once():
    user = actors.contact_of(actors.submitted())
    case = submit(answers(email=user.email.upper()), key=uuid.uuid4(), actor=user)
    assert case.contacts.get().confirmed_at is not None
    assert case.contacts.get().user == user
