"""The names that tell a municipality are found as people write them; ordinary words are not."""

from __future__ import annotations

import pytest

from requests_app.models import Municipality
from requests_app.place_names import pattern_for
from tests import actors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "text", "found"),
    [
        ("05954016", "Hattingen, Hattingens, Hattinger, HATTINGEN, hattingen", 5),
        ("05954016", "Im Ennepe-Ruhr-Kreis, Ennepe-Ruhr, EN-Kreis, 45525", 4),
        ("05954016", "Wir kennen viele Leute und en masse Vereine.", 0),
        ("05315000", "Köln, Koeln, Kölner, Kölnerinnen, Köln-Mülheim", 5),
        ("05315000", "Kölsch und die E-Mail an K. genügen.", 0),
        ("05113000", "Essen und Essener, www.essen.de", 3),
        ("05113000", "Wir essen zusammen. Eine E-Mail genügt.", 0),
        ("05117000", "Mülheim an der Ruhr, Mülheimer, Muelheim", 3),
        ("05962", "Der Märkische Kreis, im Märkischen Kreis, aus Lüdenscheid und Iserlohner Vereine", 4),
        ("05978", "Kreis Unna, in Unna, aus Bergkamen", 3),
        ("05515000", "Münster, Münsteraner", 2),
    ],
)
def test_names_are_found_with_their_endings(key: str, text: str, found: int) -> None:
    case = actors.submitted(municipality=Municipality.objects.get(key=key))
    assert len(pattern_for(case).findall(text)) == found, pattern_for(case).findall(text)


def test_names_of_those_that_ask_along_and_of_the_company_are_found() -> None:
    case = actors.submitted(organisation="Abfall & Energie GmbH")
    case.partners.add(Municipality.objects.get(name="Herdecke"))
    found = pattern_for(case).findall("Herdecker Vereine und die Abfall & Energie GmbH")
    assert found == ["Herdecker", "Abfall & Energie GmbH"]


def test_names_of_what_it_was_merged_from_are_found() -> None:
    merged = Municipality.objects.get(name="Herdecke")
    case = actors.submitted()
    Municipality.objects.filter(pk=merged.pk).update(successor=case.municipality, is_active=False)
    assert pattern_for(case).findall("früher Herdecke") == ["Herdecke"]
