"""How often people want mails: which kinds wait until when, for whom, and the page where one chooses."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as portal
from django.urls import reverse
from django.utils.translation import override

from miglobe.accounts.models import Language, Notices, User
from miglobe.accounts.roles import Role
from miglobe.mail import kinds
from miglobe.mail.kinds import ASKS, NEWS, Notice
from miglobe.mail.models import MailWording, OutboxMessage
from miglobe.mail.outbox import FOOTER_LINE, MailText, render
from miglobe.site import notices
from miglobe.site.models import PortalSettings
from tests.actors import person
from tests.sign_in import sign_in

BERLIN = ZoneInfo("Europe/Berlin")
TEXT = MailText("MG-2026-0001: Neuigkeit", "Text.\n")


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


# --- Until when a mail waits ----------------------------------------------------------------------

WEEKDAY_MORNINGS = [
    (berlin(16, 3), berlin(16, 6, 30)),  # Monday before dawn: the same day
    (berlin(16, 6, 30), berlin(16, 6, 30)),
    (berlin(16, 6, 31), berlin(17, 6, 30)),
    (berlin(20, 15), berlin(23, 6, 30)),  # Friday: Monday
    (berlin(21, 12), berlin(23, 6, 30)),  # Saturday
    (berlin(24, 12, month=12), berlin(28, 6, 30, month=12)),  # Christmas Eve: after Christmas and Sunday
    (berlin(23, 23, 59, month=10), berlin(26, 6, 30, month=10)),  # the clocks change in between
]


@pytest.mark.parametrize(("now", "morning"), WEEKDAY_MORNINGS)
def test_next_morning_is_that_of_a_working_day(now: dt.datetime, morning: dt.datetime):
    assert notices.next_morning(now) == morning


MONDAY = berlin(16, 10)
TEN = dt.timedelta(minutes=10)


@pytest.mark.parametrize(
    ("choice", "row", "expected"),
    [
        (Notices.AT_ONCE, NEWS, MONDAY + TEN),
        (Notices.AT_ONCE, Notice(urgent=True), MONDAY + TEN),
        (Notices.AT_ONCE, Notice(alone=True), None),
        (Notices.DAILY, NEWS, berlin(17, 6, 30)),
        (Notices.DAILY, ASKS, berlin(17, 6, 30)),
        (Notices.DAILY, Notice(urgent=True), MONDAY + TEN),
        (Notices.DAILY, Notice(alone=True), None),
        (Notices.NEEDS_ME, ASKS, MONDAY + TEN),
    ],
)
def test_mail_waits_as_its_kind_and_the_persons_choice_say(
    choice: Notices, row: Notice, expected: dt.datetime | None, settings: Any
):
    settings.MAIL_BUNDLE_MINUTES = 10
    assert notices.held_until(User(notices=choice), row, MONDAY) == expected


def test_nothing_waits_where_the_operator_wants_no_waiting_but_for_the_morning(settings):
    settings.MAIL_BUNDLE_MINUTES = 0
    assert notices.held_until(User(notices=Notices.AT_ONCE), NEWS, MONDAY) is None
    assert notices.held_until(User(notices=Notices.DAILY), NEWS, MONDAY) == berlin(17, 6, 30)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (berlin(16, 6, 5), berlin(16, 6, 30)),  # with what has waited since the day before
        (berlin(16, 9), berlin(16, 9, 10)),  # the worker was down
        (berlin(16, 2), berlin(16, 2, 10)),
    ],
)
def test_mail_of_the_morning_goes_with_what_has_waited_for_it(
    now: dt.datetime, expected: dt.datetime, settings: Any
):
    settings.MAIL_BUNDLE_MINUTES = 10
    assert notices.held_until(User(notices=Notices.DAILY), kinds.get("daily_mail").notice, now) == expected


# --- Who gets what --------------------------------------------------------------------------------


def kinds_sent_to(choice: Notices) -> list[str]:
    """Of one kind of each sort, those that come."""
    user = person("Anna Keller")
    user.notices = choice
    for kind in ("query_asked", "advisor_found", "case_closed", "contact_invited"):
        notices.send(user, kind, TEXT)
    notices.send(user, "message_written", TEXT, asks=False)
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
def test_who_wants_only_what_needs_her_gets_no_news_but_decisions():
    assert kinds_sent_to(Notices.NEEDS_ME) == ["query_asked", "case_closed", "contact_invited"]


@pytest.mark.django_db
@pytest.mark.parametrize("choice", [Notices.AT_ONCE, Notices.DAILY])
def test_everybody_else_gets_everything(choice: Notices):
    assert len(kinds_sent_to(choice)) == 5


@pytest.mark.django_db
def test_mail_costs_one_query_whatever_the_choice(django_assert_num_queries):
    user = person("Anna Keller")
    PortalSettings.load()
    for user.notices in Notices:
        with django_assert_num_queries(1):
            notices.send(user, "query_asked", TEXT, reference="MG-2026-0001", page="https://x.example/")


# --- The footer -----------------------------------------------------------------------------------


def footer_of(kind: str, language: str = "de", **more: Any) -> str:
    user = person("Anna Keller")
    user.language = language
    notices.send(user, kind, TEXT, **more)
    return OutboxMessage.objects.get().body.rpartition(FOOTER_LINE)[2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "side", "words", "choice"),
    [
        (
            "de",
            "municipality",
            "Antworten werden nicht gelesen. Schreiben Sie uns im Vorgang:",
            "/konto/mails/",
        ),
        ("de", "coordinator", "Antworten werden nicht gelesen. Antworten Sie im Vorgang:", "/konto/mails/"),
        ("en", "advisor", "nobody reads replies. Write to us in the case:", "/en/konto/mails/"),
    ],
)
def test_every_mail_says_that_answers_are_not_read_and_links_to_case_and_choice(
    language: str, side: str, words: str, choice: str
):
    footer = footer_of("message_written", language, side=side, page="https://x.example/vorgang/")
    assert f"{words}\nhttps://x.example/vorgang/\n" in footer
    assert footer.endswith(f"{portal.BASE_URL}{choice}\n")


@pytest.mark.django_db
def test_mail_to_somebody_who_does_not_see_the_case_any_more_gives_an_address_instead():
    footer = footer_of("contact_removed", page="https://x.example/vorgang/")
    assert "Schreiben Sie uns an " in footer
    assert "https://x.example" not in footer


@pytest.mark.django_db
def test_mail_of_the_sign_in_and_to_a_bare_address_speaks_of_no_choice(client):
    user = person("Anna Keller", Role.MUNICIPALITY_CONTACT)
    client.post(reverse("account_login"), {"login": user.email})
    body = OutboxMessage.objects.get().body
    assert "Antworten werden nicht gelesen" in body
    assert "/konto/mails/" not in body


# --- The page -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.MUNICIPALITY_CONTACT, Role.ADVISOR, Role.COORDINATOR, Role.READER])
def test_everybody_chooses_how_often_mails_come(role: Role, client):
    user = sign_in(client, person("Anna Keller", role))
    page = client.get(reverse("site:notices")).content.decode()
    assert page.count('type="radio"') == 3
    assert 'value="at_once" ' in page
    answer = client.post(reverse("site:notices"), {"notices": "daily"}, follow=True)
    user.refresh_from_db()
    assert user.notices == Notices.DAILY
    assert "Ihre Wahl ist gespeichert: Einmal am Tag." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"notices": "never"}])
def test_page_says_what_to_choose_and_keeps_what_was(given: dict[str, str], client):
    user = sign_in(client, person("Anna Keller", Role.ADVISOR))
    answer = client.post(reverse("site:notices"), given)
    assert "Wählen Sie eine der drei Antworten." in answer.content.decode()
    user.refresh_from_db()
    assert user.notices == Notices.AT_ONCE


@pytest.mark.django_db
def test_page_exists_in_english(client):
    sign_in(client, person("Anna Keller", Role.MUNICIPALITY_CONTACT))
    with override(Language.ENGLISH):
        page = client.get(reverse("site:notices")).content.decode()
    assert "How often should we write to you?" in page
    assert "Only what needs me" in page


@pytest.mark.django_db
def test_worded_mail_keeps_its_footer():
    user = person("Anna Keller")
    MailWording.objects.create(
        kind="query_answered", language="de", subject="S", body="Nur: [[Text]] [[Link]]",
        changed_by=user, changed_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    case = {"reference": "MG-2026-0001", "place": "Hattingen", "pk": 1}
    text = render("query_answered", {"case": case, "text": "Ja."}, "de")
    notices.send(user, "query_answered", text, side="coordinator", page="https://x.example/")
    body = OutboxMessage.objects.get().body
    assert body.startswith("Nur: Ja. http")
    assert "Antworten Sie im Vorgang:\nhttps://x.example/" in body
