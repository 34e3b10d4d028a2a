"""Counting the municipalities that cases reach."""

import pytest

from requests_app.models import Case, Municipality
from requests_app.reach import reached_municipalities
from tests import actors

pytestmark = pytest.mark.django_db

HATTINGEN, SPROCKHOEVEL, HERDECKE, KREIS = "05954016", "05954028", "05954020", "05954"


def joint(lead: str, *partners: str) -> Case:
    case = actors.submitted(municipality=Municipality.objects.get(key=lead))
    case.partners.set(Municipality.objects.filter(key__in=partners))
    return case


def keys(cases) -> list[str]:
    return sorted(reached_municipalities(cases).values_list("key", flat=True))


def test_lead_and_partners_of_a_joint_request_are_reached_and_it_is_one_case():
    joint(HATTINGEN, SPROCKHOEVEL, HERDECKE)
    assert keys(Case.objects.all()) == [HATTINGEN, HERDECKE, SPROCKHOEVEL]
    assert Case.objects.count() == 1


def test_municipality_in_several_cases_is_reached_once():
    joint(HATTINGEN, SPROCKHOEVEL)
    joint(SPROCKHOEVEL, HATTINGEN)
    joint(HATTINGEN)
    assert reached_municipalities(Case.objects.all()).count() == 2


def test_district_reaches_itself_and_not_its_towns():
    joint(KREIS)
    assert keys(Case.objects.all()) == [KREIS]


def test_only_the_given_cases_count():
    case = joint(HATTINGEN, HERDECKE)
    joint(SPROCKHOEVEL)
    assert keys(Case.objects.filter(pk=case.pk)) == [HATTINGEN, HERDECKE]


def test_case_without_a_known_municipality_reaches_nobody():
    case = actors.submitted()
    Case.objects.filter(pk=case.pk).update(municipality=None, entered_by=actors.coordinator())
    assert keys(Case.objects.all()) == []
