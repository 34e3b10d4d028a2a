"""The pool in the admin: adding somebody makes the account and sends the invitation."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from advisors.admin import account_state
from advisors.models import Absence, Advisor, Topic, WorldRegion
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from tests import actors
from tests.sign_in import sign_in

ADD = "admin:advisors_advisor_add"
# Languages and absences without a line filled in.
EMPTY_LINES = {
    f"{prefix}-{part}": value
    for prefix in ("languages", "absences", "publications")
    for part, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"))
}


def typed(**changes: Any) -> dict[str, Any]:
    """The form of a new advisor, filled in."""
    return {
        "name": "Đặng Thị Ý",
        "email": "Thi.Y@Example.org",
        "status": "active",
        "capacity": "2",
        "formats": ["workshop", "initial_talk"],
        "modes": ["online"],
        "topics": [str(Topic.objects.get(key="strategy").pk)],
        "world_regions": [str(WorldRegion.objects.first().pk)],  # type: ignore[union-attr]
        **EMPTY_LINES,
    } | changes


def change(advisor: Advisor) -> str:
    return reverse("admin:advisors_advisor_change", args=[advisor.pk])


def invitations() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="invitation").order_by("pk"))


def messages(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def errors(response: Any) -> list[str]:
    return [str(error) for error in response.context["errors"]]


# --- Adding ---------------------------------------------------------------------------------------


def test_new_advisor_gets_an_account_the_role_and_an_invitation(desk: Client) -> None:
    answer = desk.post(reverse(ADD), typed(), follow=True)
    advisor = Advisor.objects.get()
    assert (advisor.user.email, advisor.user.name) == ("thi.y@example.org", "Đặng Thị Ý")
    assert advisor.user.roles == {Role.ADVISOR}
    assert advisor.user.has_usable_password() is False
    assert (set(advisor.formats), advisor.modes) == ({"initial_talk", "workshop"}, ["online"])
    assert advisor.capacity == 2
    assert [topic.key for topic in advisor.topics.all()] == ["strategy"]
    assert [mail.recipient for mail in invitations()] == ["thi.y@example.org"]
    assert "Die Einladung an Đặng Thị Ý ist unterwegs." in messages(answer)


def test_invitation_leads_to_a_password(desk: Client) -> None:
    desk.post(reverse(ADD), typed())
    link = re.search(r"http://\S+(/konto/einladung/\S+)", invitations()[0].body)
    assert link is not None
    assert Client().get(link[1]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Geben Sie Vor- und Nachnamen ein."),
        ({"email": ""}, "Geben Sie die E-Mail-Adresse ein."),
        ({"email": "keine"}, "E-Mail-Adresse"),
        ({"formats": ["erfunden"]}, "erfunden"),
        ({"capacity": "0"}, "1"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_makes_no_account(
    desk: Client, changes: dict[str, Any], told: str
) -> None:
    people = User.objects.count()
    page = desk.post(reverse(ADD), typed(**changes))
    assert told in " ".join(errors(page))
    assert (User.objects.count(), Advisor.objects.count(), invitations()) == (people, 0, [])


def test_person_in_the_pool_is_not_added_twice(desk: Client) -> None:
    advisor = actors.advisor()
    page = desk.post(reverse(ADD), typed(email=advisor.user.email.upper()))
    assert "Diese Person ist schon im Pool." in errors(page)[0]


def test_locked_account_is_not_added(desk: Client) -> None:
    person = actors.person("Gesperrt Person")
    person.is_active = False
    person.save()
    page = desk.post(reverse(ADD), typed(email=person.email))
    assert "Das Konto mit dieser E-Mail-Adresse ist gesperrt." in errors(page)[0]


def test_contact_person_becomes_an_advisor_and_keeps_account_and_name(desk: Client) -> None:
    contact = actors.contact_of(actors.submitted())
    desk.post(reverse(ADD), typed(email=contact.email, name="Anders Geschrieben"))
    contact = User.objects.get(pk=contact.pk)
    assert (contact.name, contact.roles) == ("Katrin Wellmann", {Role.MUNICIPALITY_CONTACT, Role.ADVISOR})
    assert len(invitations()) == 1


def test_somebody_with_a_password_is_added_without_an_invitation(desk: Client) -> None:
    colleague = actors.coordinator("Jonas Weber")
    colleague.set_password("ein-langes-Kennwort")
    colleague.save()
    desk.post(reverse(ADD), typed(email=colleague.email))
    assert Advisor.objects.get().user == colleague
    assert invitations() == []


def test_languages_and_absences_are_kept_with_the_advisor(desk: Client) -> None:
    lines = {
        "languages-TOTAL_FORMS": "1", "languages-0-code": "fr", "languages-0-level": "C1",
        "absences-TOTAL_FORMS": "1",
        "absences-0-first_day": "2026-12-01", "absences-0-last_day": "2026-12-24",
    }  # fmt: skip
    desk.post(reverse(ADD), typed(**lines))
    advisor = Advisor.objects.get()
    assert [str(language) for language in advisor.languages.all()] == ["Französisch (sehr gut (C1))"]
    assert [str(absence) for absence in advisor.absences.all()] == ["01.12.2026–24.12.2026"]


def test_absence_that_ends_before_it_begins_is_told(desk: Client) -> None:
    lines = {
        "absences-TOTAL_FORMS": "1",
        "absences-0-first_day": "2026-12-24", "absences-0-last_day": "2026-12-01",
    }  # fmt: skip
    page = desk.post(reverse(ADD), typed(**lines))
    assert "Der letzte Tag darf nicht vor dem ersten liegen." in page.content.decode()
    assert Advisor.objects.count() == 0


# --- Changing -------------------------------------------------------------------------------------


def test_address_is_corrected_while_nobody_has_used_the_account(desk: Client) -> None:
    advisor = actors.advisor()
    desk.post(change(advisor), typed(email="richtig@example.org", name="Amara Okafor"))
    advisor.refresh_from_db()
    assert advisor.user.email == "richtig@example.org"
    assert invitations() == []


@pytest.mark.parametrize("used", ["password", "sign-in", "role"])
def test_account_in_use_keeps_its_address(desk: Client, used: str) -> None:
    advisor = actors.advisor()
    user = advisor.user
    if used == "password":
        user.set_password("ein-langes-Kennwort")
    elif used == "sign-in":
        user.last_login = timezone.now()
    else:
        user.add_role(Role.ADMINISTRATOR)
    user.save()
    desk.post(change(advisor), typed(email="fremd@example.org", name="Jemand Anderes", phone="0221 1"))
    advisor = Advisor.objects.get(pk=advisor.pk)
    assert (advisor.user.email, advisor.user.name) == (user.email, user.name)
    assert advisor.phone == "0221 1"


def test_address_of_somebody_else_is_refused(desk: Client, coordinator: User) -> None:
    page = desk.post(change(actors.advisor()), typed(email=coordinator.email))
    assert "Zu dieser E-Mail-Adresse gibt es schon ein Konto." in errors(page)[0]


def test_inviting_again_sends_another_invitation(desk: Client) -> None:
    advisor = actors.advisor()
    assert "Erneut einladen" in desk.get(change(advisor)).content.decode()
    answer = desk.post(reverse("admin:advisors_advisor_invite", args=[advisor.pk]), follow=True)
    assert "Die Einladung an Amara Okafor ist unterwegs." in messages(answer)
    assert [mail.recipient for mail in invitations()] == [advisor.user.email]


def test_somebody_with_a_password_is_not_invited_again(desk: Client) -> None:
    advisor = actors.advisor()
    advisor.user.set_password("ein-langes-Kennwort")
    advisor.user.save()
    assert "Erneut einladen" not in desk.get(change(advisor)).content.decode()
    answer = desk.post(reverse("admin:advisors_advisor_invite", args=[advisor.pk]), follow=True)
    assert "Dieses Konto braucht keine Einladung." in messages(answer)
    assert invitations() == []


def test_invitation_is_not_sent_by_opening_a_link(desk: Client) -> None:
    advisor = actors.advisor()
    assert desk.get(reverse("admin:advisors_advisor_invite", args=[advisor.pk])).status_code == 405


def test_advisors_are_never_deleted(desk: Client) -> None:
    advisor = actors.advisor()
    assert (
        desk.post(reverse("admin:advisors_advisor_delete", args=[advisor.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert Advisor.objects.count() == 1


# --- What is shown --------------------------------------------------------------------------------


def test_state_of_the_account_is_told_in_words() -> None:
    user = User(email="a@example.org")
    user.set_unusable_password()
    assert account_state(user, has_factor=False) == ("info", "eingeladen")
    user.set_password("ein-langes-Kennwort")
    assert account_state(user, has_factor=False) == ("warning", "angemeldet, noch ohne zweiten Faktor")
    assert account_state(user, has_factor=True) == ("success", "zweiter Faktor eingerichtet")
    user.is_active = False
    assert account_state(user, has_factor=True) == ("danger", "gesperrt")


def test_list_tells_account_and_absence(desk: Client) -> None:
    advisor = actors.advisor()
    today = timezone.localdate()
    Absence.objects.create(advisor=advisor, first_day=today, last_day=today)
    Authenticator.objects.create(user=advisor.user, type=Authenticator.Type.TOTP, data={})
    page = desk.get(reverse("admin:advisors_advisor_changelist")).content.decode()
    assert "zweiter Faktor eingerichtet" in page
    assert f"abwesend bis {today:%d.%m.%Y}" in page


@pytest.mark.parametrize("count", [1, 30])
def test_list_asks_the_same_number_of_queries(
    desk: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        advisor = actors.advisor(f"Person{number} Name")
        Absence.objects.create(advisor=advisor, first_day=timezone.localdate(), last_day=timezone.localdate())
    desk.get(reverse("admin:advisors_advisor_changelist"))
    with django_assert_num_queries(11):
        desk.get(reverse("admin:advisors_advisor_changelist"))


@pytest.mark.parametrize("text", ["Okafor", "amara", "Köln"])
def test_search_finds_by_name_address_and_town(desk: Client, text: str) -> None:
    actors.advisor()
    actors.advisor("Inés Carvajal", base_town="Bielefeld")
    cl = desk.get(reverse("admin:advisors_advisor_changelist"), {"q": text}).context["cl"]
    assert [advisor.name for advisor in cl.result_list] == ["Amara Okafor"]


def test_reading_an_advisor_is_logged_without_personal_data(
    desk: Client, coordinator: User, caplog: pytest.LogCaptureFixture
) -> None:
    advisor = actors.advisor()
    with caplog.at_level(logging.INFO, logger="miglobe.audit"):
        desk.get(change(advisor))
    lines = [record.getMessage() for record in caplog.records if record.name == "miglobe.audit"]
    assert lines == [f"user {coordinator.pk} read advisor {advisor.pk}"]


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["changelist", "add", "change", "invite"])
def test_advisors_and_contacts_are_refused(db: None, name: str) -> None:
    advisor = actors.advisor()
    contact = actors.contact_of(actors.submitted())
    args = [advisor.pk] if name in ("change", "invite") else []
    for user in (advisor.user, contact):
        browser = Client()
        sign_in(browser, user)
        path = reverse(f"admin:advisors_advisor_{name}", args=args)
        assert browser.post(path, typed(), follow=True).status_code == 403


# --- Topics and regions ---------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Topic, WorldRegion])
def test_key_of_a_topic_or_region_stays_and_nothing_is_deleted(
    desk: Client, coordinator: User, model: type[Topic] | type[WorldRegion]
) -> None:
    row = model.objects.first()
    assert row is not None
    address = reverse(f"admin:advisors_{model._meta.model_name}_change", args=[row.pk])
    desk.post(address, {"key": "anders", "label": "Neues Wort", "position": "3", "is_active": "on"})
    key = row.key
    row.refresh_from_db()
    assert (row.key, row.label) == (key, "Neues Wort")
    request = RequestFactory().get("/")
    request.user = coordinator
    assert admin.site.get_model_admin(model).has_delete_permission(request) is False
