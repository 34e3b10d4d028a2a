"""What a municipality types comes out as typed wherever it is read: pages, mails, CSV and PDF."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from miglobe.mail.models import OutboxMessage
from requests_app import papers, workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus
from requests_app.workflow import Offer
from tests import actors
from tests.actors import World
from tests.intake.form_walk import answers, fill
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

MARKUP = {
    "HTML": "<script>alert('x')</script> <b>fett</b> &amp; &lt; \"Anführung\" <!-- Bemerkung -->",
    "template": "{{ case.pk }} {% url 'x' %} %(name)s %s ${7*7} {# weg #}",
    "typst": "#let x = 1 $x^2$ *fett* _schräg_ `roh` @verweis <marke> \\ [a] // Rest -- ---",
    "formula": '=HYPERLINK("http://böse.example";"Klick")',
    "formula with a sign": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula after blanks": "+49 211 ist eine Vorwahl; -2 eine Zahl",
    "separators": 'a;b,c"d""e|f',
    "letters": "Thu-Hà Nguyễn, Karadağ, Ștefan, Łódź, Ελλάδα, Київ",
    "path": "C:\\Neu\\Test ../../etc/passwd https://example.org/?a=1&b=<2>",
}
each = pytest.mark.parametrize("text", MARKUP.values(), ids=list(MARKUP))


def signed_in(user: Any) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def seen(response: Any) -> str:
    """What a page says: texts between tags, entities read once; what was typed must not be a tag itself."""
    body = re.sub(r"(?s)<(head|style)\b.*?</\1>", " ", response.content.decode())
    body = re.sub(r'(?s)<script\b[^>]*\bsrc="[^"]*"[^>]*></script>', " ", body)
    assert "<script>" not in body
    return html.unescape(re.sub(r"<[a-zA-Z/!][^>]*>", " ", body))


def field_values(response: Any) -> str:
    """What stands in the fields of a form."""
    return html.unescape(response.content.decode())


def reading(document: bytes) -> str:
    """The text of a PDF without the breaks of its lines."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]
    return without_space("".join(pages))


def without_space(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


@each
def test_text_comes_back_as_typed_in_the_form(client: Client, text: str) -> None:
    given = answers(title=text[:120], situation=text, guiding_question=text, participants=text)
    fill(client, given)
    page = client.get(reverse("intake:concern"))
    assert text in field_values(page)
    if "<" in text:
        assert text not in page.content.decode()
    assert text in seen(client.get(reverse("intake:check")))
    client.post(reverse("intake:check"))
    case = Case.objects.latest("pk")
    assert (case.title, case.situation, case.guiding_question, case.participants) == (
        text[:120],
        text,
        text,
        text,
    )


@each
def test_text_is_read_as_typed_by_everybody(text: str) -> None:
    world = World()
    case = actors.submitted(title=text, situation=text, advisor_wishes=text)
    contact = actors.contact_of(case)
    workflow.write_message(case, contact, Side.MUNICIPALITY, text=text, audience=Audience.EVERYONE)
    sheet = reverse("admin:requests_app_case_change", args=[case.pk])
    assert seen(signed_in(contact).get(reverse("casepage:case", args=[case.reference]))).count(text) >= 4
    assert seen(signed_in(world.coordinator).get(sheet)).count(text) >= 4

    workflow.start_review(case, world.coordinator)
    offers = [Offer(world.lead, "lead", text)]
    workflow.offer(Case.objects.get(pk=case.pk), world.coordinator, offers)
    workspace, advisor = reverse("workspace:case", args=[case.reference]), signed_in(world.lead.user)
    assert text in seen(advisor.get(workspace))
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    assert seen(advisor.get(workspace)).count(text) >= 4


@each
def test_title_of_an_option_stands_as_typed_in_both_timelines(text: str) -> None:
    world = World()
    case = world.case(CaseStatus.IN_DIALOGUE)
    option = actors.propose_option(world, case, title=text)
    contact = actors.contact_of(case)
    workflow.comment_option(option, contact, text=text, version=option.version)
    page = signed_in(contact).get(reverse("casepage:case", args=[case.reference]))
    assert f"Kommentiert: {text}" in seen(page)
    sheet = signed_in(world.coordinator).get(reverse("admin:requests_app_case_change", args=[case.pk]))
    assert text in seen(sheet)


@each
def test_mails_are_plain_text_as_typed(text: str) -> None:
    case = actors.submitted(title=text)
    workflow.start_review(case, actors.coordinator())
    case = Case.objects.get(pk=case.pk)
    workflow.write_message(
        case, actors.contact_of(case), Side.MUNICIPALITY, text=text, audience=Audience.MUNICIPALITY
    )
    mail = OutboxMessage.objects.filter(kind="message_written").latest("pk")
    assert f"\n{text}\n" in mail.body


@each
def test_list_as_csv_holds_the_text_and_runs_nothing(text: str) -> None:
    case = actors.submitted(title=text, contact={"name": text})
    client = signed_in(actors.coordinator())
    response: Any = client.get(reverse("admin:requests_app_case_csv"))
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = {row["Vorgangsnummer"]: row for row in csv.DictReader(io.StringIO(content), delimiter=";")}
    for name in ("Betreff", "Kontakt"):
        value = rows[case.reference][name]
        assert value.removeprefix("'") == text
        assert value[0] not in "=+-@"
        assert value.startswith("'") == (text[0] in "=+-@")


@each
def test_pdf_holds_the_text_as_typed(text: str) -> None:
    case = actors.submitted(title=text, situation=f"{text}\n{text}", contact={"name": text})
    assert reading(papers.compiled(papers.request(case))).count(without_space(text)) == 4
