"""The public directory: who is in it, in which order, what it tells and what it never tells."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from advisors.directory import of_today, published
from advisors.models import Absence, Advisor, AdvisorLanguage, Topic, WorldRegion
from advisors.sorting import name_key
from tests import actors

pytestmark = pytest.mark.django_db
LIST = reverse("directory:list")


def url(advisor: Advisor) -> str:
    return reverse("directory:profile", args=[advisor.slug])


def shown(client: Client, **query: str) -> list[str]:
    return [hit.profile.name for hit in client.get(LIST, query).context["hits"]]


def speak(advisor: Advisor, code: str, level: str = "") -> None:
    AdvisorLanguage.objects.create(advisor=advisor, code=code, level=level)


# --- Who, and in which order ----------------------------------------------------------------------


def test_names_sort_by_the_last_name_without_regard_to_marks() -> None:
    names = [
        "Deniz Zimmer",
        "Thu-Hà Nguyễn",
        "Ayşe Karadağ",
        "Łucja Łoś",
        "Bea Çelik",
        "Ingo Ott",
        "İnci Ötzi",
    ]
    assert sorted(names, key=name_key) == [
        "Bea Çelik", "Ayşe Karadağ", "Łucja Łoś", "Thu-Hà Nguyễn", "Ingo Ott", "İnci Ötzi", "Deniz Zimmer",
    ]  # fmt: skip


def test_list_begins_with_another_person_each_day() -> None:
    for name in ("Ayşe Karadağ", "Thu-Hà Nguyễn", "Deniz Zimmer"):
        actors.advisor(name)
    days = [[p.name for p in of_today(published(), dt.date(2026, 11, day))] for day in (23, 24, 25)]
    assert sorted(days[0], key=name_key) == ["Ayşe Karadağ", "Thu-Hà Nguyễn", "Deniz Zimmer"]
    assert {day[0] for day in days} == {"Ayşe Karadağ", "Thu-Hà Nguyễn", "Deniz Zimmer"}
    assert days[1] == days[0][1:] + days[0][:1]


def test_only_published_profiles_are_listed_and_found(client: Client) -> None:
    amara = actors.advisor("Amara Okafor")
    hidden = [
        actors.advisor("Lea Ott", published=False),
        actors.advisor("Ben Klar", status="paused"),
        actors.advisor("Ida Weit", published=False),
    ]
    actors.consented(hidden[2])
    assert shown(client) == ["Amara Okafor"]
    assert client.get(url(amara)).status_code == 200
    for path in (*map(url, hidden), reverse("directory:profile", args=["gibt-es-nicht"])):
        assert client.get(path).status_code == 404
    for advisor in hidden:
        assert client.get(reverse("directory:photo", args=[advisor.slug])).status_code == 404


def test_directory_without_anybody_leads_to_the_coordination(client: Client) -> None:
    page = client.get(LIST).content.decode()
    assert "Die ersten Profile kommen bald" in page
    assert f'href="{reverse("intake:start")}"' in page


@pytest.mark.parametrize("count", [1, 30])
def test_list_asks_one_query_however_many_there_are(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        speak(actors.advisor(f"Amara Okafor {number}"), "fr", "B2")
    assert len(shown(client)) == count  # fills the caches
    with django_assert_num_queries(1):
        client.get(LIST)


def test_profile_asks_one_query(client: Client, django_assert_num_queries: Any) -> None:
    amara = actors.advisor()
    client.get(url(amara))
    with django_assert_num_queries(1):
        client.get(url(amara))


# --- Filters --------------------------------------------------------------------------------------


@pytest.fixture
def pool() -> list[Advisor]:
    """Amara in Köln, Inés in Münster, Thu-Hà who advises online only."""
    amara = actors.advisor(
        "Amara Okafor", formats=["workshop"], travel_radius_km=50, base_town="Köln", base_key="05315000"
    )
    ines = actors.advisor(
        "Inés Carvajal", formats=["keynote"], travel_radius_km=200, base_town="Münster", base_key="05515000"
    )
    thuha = actors.advisor("Thu-Hà Nguyễn", modes=["online"])
    speak(amara, "fr")
    speak(ines, "es")
    ines.topics.set(Topic.objects.filter(key="youth"))
    amara.world_regions.set(WorldRegion.objects.filter(key="west_africa"))
    return [amara, ines, thuha]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"topic": "youth"}, {"Inés Carvajal"}),
        ({"topic": "fair_trade"}, {"Amara Okafor", "Thu-Hà Nguyễn"}),
        ({"region": "west_africa"}, {"Amara Okafor"}),
        ({"language": "es"}, {"Inés Carvajal"}),
        ({"format": "workshop"}, {"Amara Okafor"}),
        ({"topic": "youth", "format": "workshop"}, set()),
        ({"topic": "", "region": "", "language": "", "format": "", "place": " "}, None),
        # What nobody offers, and nonsense, filters nothing and is told.
        ({"topic": "gibt-es-nicht"}, None),
        ({"format": "'; DROP TABLE"}, None),
        ({"place": "Buxtehude"}, None),
        ({"place": "x" * 5000}, None),
        ({"seite": "99", "topic[]": "a"}, None),
    ],
)
def test_filter_finds_who_fits(client: Client, pool: list[Advisor], query: dict, found: set | None) -> None:
    everybody = {advisor.name for advisor in pool}
    assert set(shown(client, **query)) == (everybody if found is None else found)


@pytest.mark.parametrize("typed", ["Bonn", "bonn", "05314000", "53111"])
def test_place_finds_who_comes_there(client: Client, pool: list[Advisor], typed: str) -> None:
    assert shown(client, place=typed) == ["Amara Okafor", "Inés Carvajal"]


def test_place_beyond_the_way_of_somebody_leaves_her_out(client: Client, pool: list[Advisor]) -> None:
    response = client.get(LIST, {"place": "Muenster"})
    assert [hit.profile.name for hit in response.context["hits"]] == ["Inés Carvajal"]
    assert response.context["place"] == "Münster"


def test_who_has_not_said_how_far_is_shown_last_or_by_distance(client: Client) -> None:
    actors.advisor("Amara Okafor", base_key="", base_town="", travel_radius_km=None)
    actors.advisor("Inés Carvajal", base_key="05515000", travel_radius_km=None)
    assert shown(client, place="Köln") == ["Inés Carvajal", "Amara Okafor"]


def test_unknown_place_is_told_at_its_field(client: Client, pool: list[Advisor]) -> None:
    page = client.get(LIST, {"place": "Buxtehude"}).content.decode()
    assert "Diesen Ort finden wir in Nordrhein-Westfalen nicht." in page
    assert 'value="Buxtehude"' in page


def test_number_of_hits_is_told_in_title_and_heading(client: Client, pool: list[Advisor]) -> None:
    page = client.get(LIST, {"topic": "youth"}).content.decode()
    assert "<title>Beratende: ein Treffer – MiGlobe</title>" in page
    assert "Eine Beratungsperson passt" in page
    assert f'href="{LIST}">Alle anzeigen' in page


def test_filter_that_nobody_fits_is_answered_kindly(client: Client, pool: list[Advisor]) -> None:
    page = client.get(LIST, {"topic": "youth", "format": "workshop"}).content.decode()
    assert "Niemand passt zu allen Angaben" in page
    assert "Bitte schlagen Sie jemanden vor" in page
    assert f'href="{reverse("intake:start")}"' in page


# --- What is told ---------------------------------------------------------------------------------


def test_profile_tells_what_the_person_agreed_to(client: Client) -> None:
    amara = actors.advisor(
        "Amara Okafor", profile="Bringt <b>viel</b> mit.", approach="Ich frage, wer fehlt.",
        countries="Ghana, Togo", formats=["workshop"], published=False,
    )  # fmt: skip
    amara.world_regions.set(WorldRegion.objects.filter(key="west_africa"))
    for code, level in (("ee", "first"), ("fr", "B2"), ("xx", "")):
        speak(amara, code, level)
    actors.publish(amara)
    page = client.get(url(amara)).content.decode()
    for text in (
        "Amara Okafor", "Bringt &lt;b&gt;viel&lt;/b&gt; mit.", "Ich frage, wer fehlt.", "Ghana, Togo",
        "Berufliche Erfahrung in", "Westafrika", "Workshop", "Köln", "Vor Ort, Online",
        "Ewe: <span class=\"app-muted\">Erstsprache</span>", "gut (B2)", "<li>xx</li>",
        f'href="{reverse("intake:direct", args=[amara.slug])}"', "Direkt anfragen",
    ):  # fmt: skip
        assert text in page, text


def test_nothing_but_the_agreed_is_on_any_public_page(client: Client) -> None:
    secrets = {
        "internal_notes": "Intern Zurückhaltend",
        "phone": "0211 98765432",
        "availability": "montags nach Vereinbarung",
    }
    amara = actors.advisor("Amara Okafor", experience_years=77, capacity=53, **secrets)
    ines = actors.advisor("Inés Carvajal")
    today = timezone.localdate()
    for advisor, substitute in ((amara, ines), (ines, amara)):
        Absence.objects.create(
            advisor=advisor,
            first_day=today,
            last_day=today,
            substitute=substitute,
            note="Kur in Bad Salzuflen",
        )
    paths = [LIST, f"{LIST}?place=Bonn", url(amara), url(ines), reverse("site:landing")]
    paths += [reverse("intake:direct", args=[amara.slug]), reverse("intake:start")]
    for path in paths:
        page = client.get(path).content.decode()
        for secret in (*secrets.values(), amara.user.email, ines.user.email, "Kur in Bad", "77 ", "53 "):
            assert secret not in page, (path, secret)


@time_machine.travel(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC))
def test_absence_is_told_with_a_substitute_who_is_public(client: Client) -> None:
    amara, ines = actors.advisor("Amara Okafor"), actors.advisor("Inés Carvajal")
    absence = Absence.objects.create(
        advisor=amara, first_day=dt.date(2026, 11, 20), last_day=dt.date(2026, 12, 4), substitute=ines
    )
    page = client.get(url(amara)).content.decode()
    assert "Abwesend bis Freitag, 4. Dezember 2026" in page
    assert f'href="{url(ines)}">Inés Carvajal</a>' in page
    assert "abwesend bis 4. Dezember 2026" in client.get(LIST).content.decode()
    absence.substitute = actors.advisor("Lea Ott", published=False)
    absence.save()
    page = client.get(url(amara)).content.decode()
    assert "Lea Ott" not in page
    assert "Sie können trotzdem anfragen" in page


def test_absence_of_other_days_is_not_told(client: Client) -> None:
    amara = actors.advisor()
    past, later = timezone.localdate() - dt.timedelta(days=9), timezone.localdate() + dt.timedelta(days=9)
    for day in (past, later):
        Absence.objects.create(advisor=amara, first_day=day, last_day=day)
    assert "Abwesend" not in client.get(url(amara)).content.decode()


def test_profile_in_english_marks_the_german_text(client: Client) -> None:
    amara = actors.advisor()
    page = client.get(f"/en{url(amara)}").content.decode()
    assert "Ask directly" in page
    assert '<div class="app-running" lang="de">' in page
    assert f'href="/en{reverse("intake:direct", args=[amara.slug])}"' in page


def test_only_get_is_answered(client: Client) -> None:
    amara = actors.advisor()
    for path in (LIST, url(amara), reverse("directory:photo", args=[amara.slug])):
        assert client.post(path).status_code == 405
