"""A direct enquiry in the form: what each page says, what is sent, and who is asked once it is confirmed."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from advisors.models import Absence, Advisor, Publication
from miglobe.mail.models import OutboxMessage
from requests_app.models import Assignment, Case, CaseStatus, Channel, Document
from tests import actors
from tests.intake.form_walk import answers, draft_of, fill, mailed_code, send
from tests.requests_app import files
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
CHECK, SENT = reverse("intake:check"), reverse("intake:sent")
CHANGED = "Your request now goes to somebody else. Please read it before you send it."
WEDNESDAY = time_machine.travel(dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC))


@pytest.fixture
def amara() -> Advisor:
    return actors.advisor("Amara Okafor")


def url(advisor: Advisor) -> str:
    return reverse("intake:direct", args=[advisor.slug])


def away(advisor: Advisor, last: dt.date, substitute: Advisor | None = None) -> None:
    Absence.objects.create(
        advisor=advisor, first_day=dt.date(2026, 11, 20), last_day=last, substitute=substitute
    )


def directed(client: Client, advisor: Advisor, **changes) -> str:
    """Fill in the whole form for ``advisor``; returns the check page."""
    client.post(url(advisor))
    fill(client, answers(**changes))
    return client.get(CHECK).content.decode()


def hidden(html: str) -> dict[str, str]:
    """What the button that sends carries along."""
    return dict(re.findall(r'<input type="hidden" name="(draft|direction)" value="([^"]*)"', html))


def send_directed(client: Client, advisor: Advisor, **changes) -> Case:
    response = client.post(CHECK, hidden(directed(client, advisor, **changes)))
    assert response.url == SENT
    return Case.objects.latest("pk")


def sentences(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def visible(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# --- In the form -----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["municipality", "concern", "wishes"])
def test_each_page_says_who_is_asked_and_offers_the_way_out(client: Client, amara: Advisor, page: str):
    client.post(url(amara))
    html = client.get(reverse(f"intake:{page}")).content.decode()
    assert "Direktanfrage an Amara Okafor" in html
    assert 'name="undirect"' in html
    # The first button decides what the Enter key does: it must not be the way out.
    buttons = re.findall(r"<button[^>]*>", html[html.index("data-draft") :])
    assert "undirect" not in buttons[0]


@pytest.mark.parametrize("page", ["municipality", "concern", "wishes", "check"])
def test_other_requests_say_nothing_of_it(client: Client, amara: Advisor, page: str):
    fill(client, answers())
    html = client.get(reverse(f"intake:{page}")).content.decode()
    assert "Direktanfrage" not in html
    assert "Geht an" not in html


def test_form_does_not_ask_for_an_advisor_twice(client: Client, amara: Advisor):
    client.post(url(amara))
    assert 'name="preferred_advisor"' not in client.get(reverse("intake:wishes")).content.decode()
    html = directed(client, amara)
    assert "Gewünschte Beratungsperson" not in visible(html)


def test_way_out_keeps_what_was_typed_on_the_page(client: Client, amara: Advisor):
    client.post(url(amara))
    response = client.post(reverse("intake:concern"), answers()["concern"] | {"title": "", "undirect": "1"})
    assert response.url == reverse("intake:concern")
    draft = draft_of(client)
    assert draft.directed_to is None
    assert draft.data["concern"]["situation"] == ["Die Steuerungsgruppe besteht aus elf Personen."]
    html = client.get(response.url).content.decode()
    assert "Direktanfrage" not in html


def test_way_out_keeps_files(client: Client, amara: Advisor):
    client.post(url(amara))
    typed = answers()["wishes"] | {"undirect": "1", "documents": files.upload(files.pdf())}
    client.post(reverse("intake:wishes"), typed)
    assert (draft_of(client).directed_to, Document.objects.get().draft) == (None, draft_of(client))


# --- Before sending ---------------------------------------------------------------------------------


def test_check_page_says_who_gets_it_and_what_they_read_first(client: Client, amara: Advisor):
    text = visible(directed(client, amara))
    assert "Geht an: Amara Okafor" in text
    assert "eine Zusammenfassung ohne Namen" in text
    assert "Ihre Kontaktdaten sieht Amara Okafor erst nach einer Zusage" in text


@WEDNESDAY
def test_check_page_says_that_the_advisor_is_away_by_now(client: Client, amara: Advisor):
    ines = actors.advisor("Inés Carvajal")
    directed(client, amara)
    away(amara, dt.date(2026, 12, 4), ines)
    text = visible(client.get(CHECK).content.decode())
    assert "Amara Okafor ist bis Freitag, 4. Dezember 2026 abwesend" in text
    assert "Ihre Anfrage geht deshalb an die Koordination, mit dem Wunsch nach Amara Okafor" in text
    assert "Vertretung anfragen (Inés Carvajal)" in text


@pytest.mark.parametrize("leave", ["paused", "left", "withdrawn"])
def test_check_page_says_that_the_advisor_cannot_be_asked_by_now(client: Client, amara: Advisor, leave: str):
    html = directed(client, amara)
    if leave == "withdrawn":
        Publication.objects.filter(advisor=amara).delete()
    else:
        Advisor.objects.filter(pk=amara.pk).update(status=leave)
    response = client.post(CHECK, hidden(html))
    assert (response.url, sentences(response)) == (CHECK, [gettext(CHANGED)])
    assert Case.objects.count() == 0
    html = client.get(CHECK).content.decode()
    assert "Amara Okafor nimmt zurzeit keine Direktanfragen an" in visible(html)
    assert client.post(CHECK, hidden(html)).url == SENT
    case = Case.objects.get()
    assert (case.is_direct, case.preferred_advisor, case.channel) == (False, amara, Channel.PORTAL)
    assert case.title == "Migrantische Vereine gewinnen"


def test_check_page_left_open_does_not_send_to_somebody_else(client: Client, amara: Advisor):
    html = directed(client, amara)
    client.post(url(actors.advisor("Inés Carvajal")))
    response = client.post(CHECK, hidden(html))
    assert (response.url, sentences(response)) == (CHECK, [gettext(CHANGED)])
    assert Case.objects.count() == 0


def test_substitute_is_one_button_away_from_the_check(client: Client, amara: Advisor):
    ines = actors.advisor("Inés Carvajal")
    directed(client, amara)
    response = client.post(url(ines))
    assert response.url == CHECK
    assert "Geht an: Inés Carvajal" in visible(client.get(CHECK).content.decode())


# --- Sent -------------------------------------------------------------------------------------------


def test_sending_files_a_direct_enquiry_and_asks_nobody_yet(client: Client, amara: Advisor):
    case = send_directed(client, amara)
    assert (case.is_direct, case.preferred_advisor, case.channel) == (True, amara, Channel.ADVISOR)
    assert (case.status, Assignment.objects.count()) == (CaseStatus.SUBMITTED, 0)
    text = visible(client.get(SENT).content.decode())
    assert "Sobald Sie Ihre Adresse bestätigt haben, erhält Amara Okafor eine Zusammenfassung" in text
    assert "Amara Okafor antwortet innerhalb von 3 Arbeitstagen." in text


@WEDNESDAY
def test_code_makes_the_offer_and_the_pages_say_who_was_asked(client: Client, amara: Advisor):
    case = send_directed(client, amara)
    response = client.post(reverse("intake:confirm"), {"code": mailed_code(case)})
    assert case.assignments.get().advisor == amara
    text = visible(client.get(response.url).content.decode())
    assert "Wir haben Amara Okafor gefragt. Eine Antwort erwarten wir bis Montag, 30. November 2026." in text
    text = visible(client.get(SENT).content.decode())
    assert "Amara Okafor hat Ihre Anfrage erhalten und antwortet bis Montag, 30. November 2026." in text


def test_sending_and_confirming_twice_makes_one_case_and_one_offer(client: Client, amara: Advisor):
    html = directed(client, amara)
    assert [client.post(CHECK, hidden(html)).url for _ in range(2)] == [SENT, SENT]
    case = Case.objects.get()
    code = mailed_code(case)
    for _ in range(2):
        client.post(reverse("intake:confirm"), {"code": code})
    assert case.assignments.count() == 1
    assert OutboxMessage.objects.filter(kind="offer_made").count() == 1


def test_whoever_is_signed_in_has_the_advisor_asked_at_once(client: Client, amara: Advisor):
    known = sign_in(client, actors.contact_of(actors.submitted()))
    case = send_directed(client, amara, email=known.email)
    case.refresh_from_db()
    assert (case.status, case.assignments.get().advisor) == (CaseStatus.MATCHING, amara)


@WEDNESDAY
def test_advisor_who_is_away_stays_the_wish_of_a_request_to_the_coordination(client: Client, amara: Advisor):
    away(amara, dt.date(2026, 12, 4))
    case = send_directed(client, amara)
    assert (case.is_direct, case.preferred_advisor, case.channel) == (False, amara, Channel.PORTAL)
    client.post(reverse("intake:confirm"), {"code": mailed_code(case)})
    case.refresh_from_db()
    assert (case.status, case.assignments.count()) == (CaseStatus.SUBMITTED, 0)
    assert "Amara Okafor" not in visible(client.get(SENT).content.decode())


def test_advisor_who_went_away_before_the_code_came_is_not_asked(client: Client, amara: Advisor):
    case = send_directed(client, amara)
    Advisor.objects.filter(pk=amara.pk).update(status="paused")
    response = client.post(reverse("intake:confirm"), {"code": mailed_code(case)})
    text = visible(client.get(response.url).content.decode())
    assert "Amara Okafor kann zurzeit nicht gefragt werden" in text
    assert "kann zurzeit nicht gefragt werden" in visible(client.get(SENT).content.decode())


def test_next_request_of_this_session_goes_to_the_coordination_again(client: Client, amara: Advisor):
    send_directed(client, amara)
    assert send(client, answers(title="Zweites Anliegen")).is_direct is False
