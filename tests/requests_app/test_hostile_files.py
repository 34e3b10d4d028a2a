"""Every hostile file gets its answer, through the form and on the case page; none is ever shown as a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from requests_app import workflow
from requests_app.models import AssignmentStatus, Case, CaseStatus, Document, DocumentType
from tests import actors
from tests.actors import World
from tests.intake.form_walk import answers, begin, draft_of
from tests.requests_app import files, hostile
from tests.requests_app.hostile import Hostile, Taken
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
BOUNDARY = "hostile-boundary"
each = pytest.mark.parametrize("sent", hostile.ALL.values(), ids=list(hostile.ALL))


def multipart(fields: dict[str, Any], uploads: list[tuple[str, bytes]]) -> bytes:
    """A body as an attacker would write it: Django's own client mends the names."""
    parts = [
        (f'form-data; name="{name}"\r\n', each.encode())
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    ] + [
        (f'form-data; name="documents"; filename="{name}"\r\nContent-Type: text/html\r\n', content)
        for name, content in uploads
    ]
    lines = [
        b"--%s\r\nContent-Disposition: %s\r\n%s\r\n" % (BOUNDARY.encode(), head.encode(), content)
        for head, content in parts
    ]
    return b"".join(lines) + b"--%s--\r\n" % BOUNDARY.encode()


def post(client: Client, url: str, fields: dict[str, Any], *uploads: tuple[str, bytes]) -> Any:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return client.post(url, multipart(fields, list(uploads)), content_type=kind)


def kept(documents: Any) -> list[tuple[str, str, bytes]]:
    """Name, type and content of what is stored, and not what the browser called it."""
    found = []
    for document in documents:
        with document.file.open() as content:
            found.append((document.name, document.content_type, content.read()))
    return found


def expected(sent: Hostile) -> list[tuple[str, str, bytes]]:
    answer = sent.answer
    return [(answer.name, answer.kind.value, answer.content)] if isinstance(answer, Taken) else []


def test_the_table_is_long_enough() -> None:
    assert len(hostile.ALL) >= 70
    assert {sent.answer.kind for sent in hostile.ALL.values() if isinstance(sent.answer, Taken)} >= {
        DocumentType.PDF,
        DocumentType.DOCX,
        DocumentType.JPEG,
        DocumentType.PNG,
    }


@each
def test_hostile_file_gets_its_answer_in_the_form(client: Client, sent: Hostile) -> None:
    begin(client)
    url = reverse("intake:wishes")
    response = post(client, url, answers(period="Am 5. Mai")["wishes"], (sent.name, sent.content))
    documents = draft_of(client).documents.all()
    assert kept(documents) == expected(sent)
    assert draft_of(client).data["wishes"]["period"] == ["Am 5. Mai"]
    if sent.sentence:
        html = response.content.decode()
        assert list(response.context["form"].errors["documents"]) == [sent.sentence]
        assert html.count(str(escape(sent.sentence))) == 2
        assert "Am 5. Mai" in html
    else:
        assert response.status_code == 302


@each
def test_hostile_file_gets_its_answer_on_the_case_page(client: Client, sent: Hostile) -> None:
    case = actors.submitted()
    sign_in(client, actors.contact_of(case))
    url = reverse("casepage:documents", args=[case.reference])
    response = post(client, url, {}, (sent.name, sent.content))
    assert kept(case.documents.all()) == expected(sent)
    if sent.sentence:
        assert list(response.context["form"].errors["documents"]) == [sent.sentence]
        assert str(escape(sent.sentence)) in response.content.decode()
    else:
        assert response.status_code == 302


# --- Handing out ------------------------------------------------------------------------------------

FACES = ("casepage", "workspace", "triage")


def addresses(case: Case, document: Document) -> dict[str, str]:
    return {
        "casepage": reverse("casepage:document", args=[case.reference, document.pk]),
        "workspace": reverse("workspace:document", args=[case.reference, document.pk]),
        "triage": reverse("admin:requests_app_case_document", args=[case.pk, document.pk]),
    }


def clients(world: World, case: Case) -> dict[str, Client]:
    people = {
        "casepage": actors.contact_of(case),
        "workspace": world.lead.user,
        "triage": world.coordinator,
    }
    made = {face: Client() for face in FACES}
    for face, client in made.items():
        sign_in(client, people[face])
    return made


def store(case: Case, sent: Hostile) -> Document:
    upload = files.upload(sent.content, "Konzept")
    document = workflow.add_document(case, actors.contact_of(case), upload)
    assert isinstance(sent.answer, Taken)
    document.name = sent.answer.name
    document.save(update_fields=["name"])
    return document


def test_every_file_that_is_taken_is_saved_and_never_shown_whoever_asks() -> None:
    world = World()
    faces: dict[str, tuple[Case, Client]] = {}
    taken = [sent for sent in hostile.ALL.values() if isinstance(sent.answer, Taken)]
    seen = set()
    for sent in taken:
        case = world.case(CaseStatus.MATCHED) if not faces else faces["triage"][0]
        faces = faces or {face: (case, client) for face, client in clients(world, case).items()}
        document = store(case, sent)
        for face, (_case, client) in faces.items():
            response: Any = client.get(addresses(case, document)[face])
            disposition = response["Content-Disposition"]
            assert response.status_code == 200
            assert b"".join(response.streaming_content) == sent.answer.content
            assert disposition.startswith("attachment; filename")
            assert not {"\r", "\n"} & set(disposition)
            assert response["Content-Type"] == sent.answer.kind.value
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
            seen.add(response["Content-Type"])
        document.delete()
    assert seen <= set(DocumentType.values)


def test_advisor_reads_a_file_from_yes_until_the_engagement_ends() -> None:
    world = World()
    case = world.case(CaseStatus.MATCHING)
    document = workflow.add_document(case, actors.contact_of(case), files.upload(files.pdf()))
    address = addresses(case, document)["workspace"]
    client, other = Client(), Client()
    sign_in(client, world.lead.user)
    sign_in(other, world.other_advisor.user)
    found = [client.get(address).status_code]
    workflow.accept_offer(world.offer_of(case, world.lead), world.lead.user)
    found.append(client.get(address).status_code)
    accepted = case.assignments.get(advisor=world.lead, status=AssignmentStatus.ACCEPTED)
    workflow.end_assignment(accepted, world.coordinator)
    found.append(client.get(address).status_code)
    assert found == [403, 200, 404]
    assert other.get(address).status_code == 404
