"""The advisor's own pages: profile, photo, publication, absences."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from advisors import publishing
from advisors.models import Absence, Advisor, AdvisorLanguage, Publication, Topic
from miglobe.accounts.roles import Role
from tests import actors
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
EDIT, PUBLISH, WITHDRAW, ABSENCES = (
    reverse(f"profile:{name}") for name in ("edit", "publish", "withdraw", "absences")
)
TODAY = time_machine.travel(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC))


@pytest.fixture
def amara() -> Advisor:
    return actors.advisor(published=False, internal_notes="Intern", status="active")


@pytest.fixture
def mine(client: Client, amara: Advisor) -> Client:
    sign_in(client, amara.user)
    return client


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "profile": "Ich begleite Partnerschaften.\r\nSeit zehn Jahren.",
        "approach": "Ich frage, wer fehlt.",
        "topics": [str(Topic.objects.get(key="youth").pk)],
        "formats": ["workshop", "keynote"],
        "modes": ["online"],
        "countries": "Ghana",
        "world_regions": [],
        "base_town": "Muelheim an der Ruhr",
        "travel_radius_km": "60",
        "capacity": "2",
        "experience_years": "10",
        "availability": "montags",
        "phone": "0221 1",
        "language_0": "fr",
        "level_0": "B2",
        "language_1": "ee",
        "level_1": "first",
        "language_2": "",
        "level_2": "",
    } | changes


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- The form -------------------------------------------------------------------------------------


def test_profile_is_saved_as_typed_and_nothing_else_of_the_row(mine: Client, amara: Advisor) -> None:
    response = mine.post(EDIT, typed(status="left", internal_notes="x", slug="anders"))
    assert (response.status_code, response["Location"]) == (302, EDIT)
    amara = Advisor.objects.get()
    assert amara.profile == "Ich begleite Partnerschaften.\nSeit zehn Jahren."
    assert (amara.approach, amara.countries) == ("Ich frage, wer fehlt.", "Ghana")
    assert (amara.formats, amara.modes) == (["workshop", "keynote"], ["online"])
    assert [topic.key for topic in amara.topics.all()] == ["youth"]
    assert (amara.base_town, amara.base_key) == ("Muelheim an der Ruhr", "05117000")
    assert (amara.travel_radius_km, amara.capacity, amara.experience_years) == (60, 2, 10)
    assert [(spoken.code, spoken.level) for spoken in amara.languages.all()] == [
        ("fr", "B2"),
        ("ee", "first"),
    ]
    assert (amara.status, amara.internal_notes, amara.slug) == ("active", "Intern", "amara-okafor")


def test_town_outside_the_register_has_no_key(mine: Client, amara: Advisor) -> None:
    mine.post(EDIT, typed(base_town="Hamburg"))
    assert (Advisor.objects.get().base_town, Advisor.objects.get().base_key) == ("Hamburg", "")


def test_languages_can_be_changed_and_taken_out(mine: Client, amara: Advisor) -> None:
    AdvisorLanguage.objects.create(advisor=amara, code="es", level="C1")
    assert 'value="es" selected' in text(mine.get(EDIT))
    mine.post(EDIT, typed(language_0="", level_0="", language_1="de"))
    assert [spoken.code for spoken in amara.languages.all()] == ["de"]


def test_language_twice_is_told_and_everything_else_stays_typed(mine: Client, amara: Advisor) -> None:
    page = text(mine.post(EDIT, typed(language_1="fr")))
    assert "Diese Sprache steht schon in der Liste." in page
    assert "Seit zehn Jahren." in page
    assert amara.languages.count() == 0


@pytest.mark.parametrize(
    "changes", [{"capacity": ""}, {"capacity": "0"}, {"profile": "x" * 2001}, {"travel_radius_km": "weit"}]
)
def test_wrong_entry_saves_nothing(mine: Client, amara: Advisor, changes: dict) -> None:
    response = mine.post(EDIT, typed(**changes))
    assert (response.status_code, bool(response.context["form"].errors)) == (200, True)
    assert Advisor.objects.get().approach == ""


def test_photo_is_kept_although_something_else_is_wrong(mine: Client, amara: Advisor) -> None:
    photo = SimpleUploadedFile("ich.jpg", actors.picture())
    page = text(mine.post(EDIT, typed(capacity="", new_photo=photo)))
    assert len(Advisor.objects.get().photo_sha256) == 64
    assert f'src="{reverse("profile:photo")}?v=' in page


@pytest.mark.parametrize("content", [b"<html>", b"", b"\xff\xd8\xff" + b"x" * 99])
def test_wrong_photo_gets_a_sentence_and_what_was_typed_stays(
    mine: Client, amara: Advisor, content: bytes
) -> None:
    response = mine.post(EDIT, typed(new_photo=SimpleUploadedFile("ich.jpg", content)))
    assert list(response.context["form"].errors) == ["new_photo"]
    assert "Seit zehn Jahren." in text(response)
    assert Advisor.objects.get().photo.name == ""


def test_photo_is_removed_by_its_box(mine: Client, amara: Advisor) -> None:
    actors.give_photo(amara)
    mine.post(EDIT, typed(remove_photo="1"))
    assert Advisor.objects.get().photo.name == ""


# --- Publishing -----------------------------------------------------------------------------------


def consent(mine: Client, **changes: str) -> Any:
    shown = mine.get(PUBLISH).context["form"].initial["shown"]
    return mine.post(PUBLISH, {"agree": "on", "shown": shown} | changes, follow=True)


def standing(mine: Client) -> str:
    page = text(mine.get(EDIT))
    return page.partition('id="standing">')[2].partition("</h2>")[0]


@TODAY
def test_state_is_told_in_words_all_the_way(mine: Client, amara: Advisor) -> None:
    assert standing(mine) == "Nicht öffentlich"
    assert mine.post(EDIT, typed(publish="1"))["Location"] == PUBLISH
    consent(mine)
    assert standing(mine) == "Wartet auf Freigabe"
    lena = actors.coordinator()
    publishing.approve(Publication.objects.get(), lena)
    assert standing(mine) == "Öffentlich seit 25. November 2026"
    mine.post(EDIT, typed(approach="Anders"))
    assert "Ihre Texte oder Ihr Foto haben sich seitdem geändert." in text(mine.get(EDIT))
    consent(mine)
    assert standing(mine) == "Eine Änderung wartet auf Freigabe"
    publishing.decline(Publication.objects.get(state="waiting"), lena, "Bitte <b>kürzer</b>.")
    assert standing(mine) == "Öffentlich seit 25. November 2026"
    assert "Bitte &lt;b&gt;kürzer&lt;/b&gt;." in text(mine.get(EDIT))
    mine.post(WITHDRAW)
    assert standing(mine) == "Nicht öffentlich"


def test_preview_shows_the_profile_and_the_whole_sentence(mine: Client, amara: Advisor) -> None:
    page = text(mine.get(PUBLISH))
    assert amara.profile in page
    assert publishing.consent_text() in page
    assert "Direkt anfragen" not in page


def test_consent_is_recorded_with_the_sentence_that_was_shown(mine: Client, amara: Advisor) -> None:
    consent(mine)
    publication = Publication.objects.get()
    assert (publication.consented_by, publication.consent_text) == (amara.user, publishing.consent_text())
    assert "Forum für soziale Innovation" in publication.consent_text


def test_consent_in_english_records_the_english_sentence(mine: Client, amara: Advisor) -> None:
    path = f"/en{PUBLISH}"
    shown = mine.get(path).context["form"].initial["shown"]
    mine.post(path, {"agree": "on", "shown": shown})
    assert Publication.objects.get().consent_text.startswith("I agree that ")


def test_nothing_is_published_without_the_tick(mine: Client, amara: Advisor) -> None:
    page = text(consent(mine, agree=""))
    assert "Setzen Sie das Häkchen, wenn Sie einverstanden sind." in page
    assert Publication.objects.count() == 0


def test_text_changed_in_another_window_is_told(mine: Client, amara: Advisor) -> None:
    shown = mine.get(PUBLISH).context["form"].initial["shown"]
    mine.post(EDIT, typed(profile="Etwas ganz anderes"))
    page = text(mine.post(PUBLISH, {"agree": "on", "shown": shown}, follow=True))
    assert "Das Profil wurde inzwischen geändert." in page
    assert "Etwas ganz anderes" in page
    assert Publication.objects.count() == 0


def test_empty_profile_says_what_is_missing(mine: Client, amara: Advisor) -> None:
    Advisor.objects.update(profile="")
    page = text(mine.get(PUBLISH))
    assert "Schreiben Sie zuerst, was Sie mitbringen." in page
    assert 'name="agree"' not in page


def test_pausing_advisor_reads_that_nobody_sees_the_profile_and_may_withdraw_it(
    mine: Client, amara: Advisor
) -> None:
    actors.publish(amara)
    Advisor.objects.update(status="paused")
    page = text(mine.get(EDIT))
    assert standing(mine) == "Nicht öffentlich"
    assert "Solange Sie pausieren, sieht niemand Ihr Profil." in page
    assert f'href="{WITHDRAW}"' in page
    mine.post(WITHDRAW)
    assert Publication.objects.get().state == "withdrawn"


def test_looking_at_the_withdrawal_withdraws_nothing(mine: Client, amara: Advisor) -> None:
    actors.publish(amara)
    assert "Profil zurückziehen" in text(mine.get(WITHDRAW))
    assert Publication.objects.get().state == "approved"
    page = text(mine.post(WITHDRAW, follow=True))
    assert "Ihr Profil ist nicht mehr öffentlich." in page
    assert "Das Profil ist nicht öffentlich." in text(mine.post(WITHDRAW, follow=True))


# --- Absences -------------------------------------------------------------------------------------


def days(first: str, last: str, **more: Any) -> dict[str, Any]:
    return {"first_day": first, "last_day": last, "substitute": "", "note": ""} | more


@TODAY
def test_absence_is_noted_changed_and_removed(mine: Client, amara: Advisor) -> None:
    ines = actors.advisor("Inés Carvajal")
    mine.post(ABSENCES, days("2026-12-21", "2027-01-06", substitute=str(ines.pk), note="Reise"))
    absence = Absence.objects.get()
    assert (absence.advisor, absence.substitute, absence.note) == (amara, ines, "Reise")
    page = text(mine.get(ABSENCES))
    assert "Montag, 21. Dezember 2026 bis Mittwoch, 6. Januar 2027" in page
    one = reverse("profile:absence", args=[absence.pk])
    mine.post(one, days("2026-12-22", "2026-12-22"))
    absence.refresh_from_db()
    assert (absence.first_day, absence.last_day, absence.substitute) == (
        dt.date(2026, 12, 22), dt.date(2026, 12, 22), None,
    )  # fmt: skip
    remove = reverse("profile:absence_remove", args=[absence.pk])
    assert mine.get(remove).status_code == 302
    assert Absence.objects.count() == 1
    mine.post(remove)
    assert Absence.objects.count() == 0


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-12-24", "2026-12-23", "Der letzte Tag darf nicht vor dem ersten liegen."),
        (
            "2027-01-06",
            "2027-01-09",
            "Sie haben schon eine Abwesenheit vom 21. Dezember 2026 bis 6. Januar 2027",
        ),
        ("2026-12-01", "2026-12-21", "Sie haben schon eine Abwesenheit"),
        ("", "2026-12-21", "Geben Sie den ersten Tag ein."),
        ("morgen", "2026-12-21", "Geben Sie ein Datum ein"),
    ],
)
def test_absence_that_cannot_be_is_told(
    mine: Client, amara: Advisor, first: str, last: str, sentence: str
) -> None:
    Absence.objects.create(
        advisor=amara, first_day=dt.date(2026, 12, 21), last_day=dt.date(2027, 1, 6), note="bleibt"
    )
    assert sentence in text(mine.post(ABSENCES, days(first, last)))
    assert Absence.objects.get().note == "bleibt"


def test_absence_may_be_prolonged_over_its_own_days(mine: Client, amara: Advisor) -> None:
    absence = Absence.objects.create(
        advisor=amara, first_day=dt.date(2026, 12, 21), last_day=dt.date(2026, 12, 24)
    )
    mine.post(reverse("profile:absence", args=[absence.pk]), days("2026-12-21", "2026-12-28"))
    absence.refresh_from_db()
    assert absence.last_day == dt.date(2026, 12, 28)


@TODAY
def test_past_absences_are_folded_away(mine: Client, amara: Advisor) -> None:
    Absence.objects.create(advisor=amara, first_day=dt.date(2026, 11, 1), last_day=dt.date(2026, 11, 24))
    Absence.objects.create(advisor=amara, first_day=dt.date(2026, 11, 25), last_day=dt.date(2026, 11, 25))
    response = mine.get(ABSENCES)
    assert [absence.first_day.day for absence in response.context["past"]] == [1]
    assert [absence.first_day.day for absence in response.context["coming"]] == [25]
    assert "Vergangene Abwesenheiten" in text(response)


def test_substitute_is_somebody_else_of_the_active_pool(mine: Client, amara: Advisor) -> None:
    names = ("Thu-Hà Nguyễn", "Ayşe Karadağ")
    actors.advisor(names[0]), actors.advisor(names[1]), actors.advisor("Ben Klar", status="left")
    offered = [label for _value, label in mine.get(ABSENCES).context["form"].fields["substitute"].choices]
    assert offered == ["Niemand Bestimmtes", "Ayşe Karadağ", "Thu-Hà Nguyễn"]
    page = mine.post(ABSENCES, days("2026-12-21", "2026-12-22", substitute=str(amara.pk)))
    assert list(page.context["form"].errors) == ["substitute"]


@pytest.mark.parametrize("count", [1, 30])
def test_absences_ask_the_same_number_of_queries(
    mine: Client, amara: Advisor, count: int, django_assert_num_queries: Any
) -> None:
    stand_in = actors.advisor("Inés Carvajal")
    for number in range(count):
        day = dt.date(2027, 1, 1) + dt.timedelta(days=number)
        Absence.objects.create(advisor=amara, first_day=day, last_day=day, substitute=stand_in)
    mine.get(ABSENCES)
    with django_assert_num_queries(6):
        mine.get(ABSENCES)


# --- Who ------------------------------------------------------------------------------------------


def test_absence_of_somebody_else_is_not_there(mine: Client) -> None:
    day = dt.date(2026, 12, 24)
    other = Absence.objects.create(advisor=actors.advisor("Inés Carvajal"), first_day=day, last_day=day)
    for name in ("absence", "absence_remove"):
        for method in ("get", "post"):
            assert getattr(mine, method)(reverse(f"profile:{name}", args=[other.pk])).status_code == 404
    assert Absence.objects.count() == 1


def test_other_roles_are_refused(client: Client) -> None:
    for user in (
        actors.coordinator(),
        actors.administrator(),
        actors.person("Kim", Role.MUNICIPALITY_CONTACT),
    ):
        sign_in(client, user)
        for path in (EDIT, PUBLISH, WITHDRAW, ABSENCES, reverse("profile:photo")):
            assert client.get(path).status_code == 403


def test_role_without_a_row_in_the_pool_finds_nothing(client: Client) -> None:
    sign_in(client, actors.person("Neu Hier", Role.ADVISOR))
    assert client.get(EDIT).status_code == 404


def test_workspace_and_account_lead_to_the_profile(mine: Client) -> None:
    for path in (reverse("workspace:home"), reverse("mfa_index")):
        page = text(mine.get(path))
        assert f'href="{EDIT}"' in page
        assert f'href="{ABSENCES}"' in page


def test_other_people_are_not_led_to_a_profile(client: Client) -> None:
    sign_in(client, actors.coordinator())
    assert EDIT not in text(client.get(reverse("mfa_index")))
