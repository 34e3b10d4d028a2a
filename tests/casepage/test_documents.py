"""Documents of a case: who adds them, who may save them, and who may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from miglobe.accounts.models import User
from requests_app import workflow
from requests_app.models import Case, CaseStatus, Document
from tests import actors
from tests.actors import World
from tests.casepage.pages import contact, errors, notices, url, words
from tests.requests_app import files
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db


def add(case: Case, content: bytes = b"", name: str = "Konzept.pdf") -> Document:
    return workflow.add_document(case, actors.contact_of(case), files.upload(content or files.pdf(), name))


def paths(case: Case, document: Document) -> dict[str, str]:
    return {
        "casepage": reverse("casepage:document", args=[case.reference, document.pk]),
        "workspace": reverse("workspace:document", args=[case.reference, document.pk]),
        "triage": reverse("admin:requests_app_case_document", args=[case.pk, document.pk]),
    }


def statuses(user: User | None, urls: dict[str, str]) -> dict[str, int]:
    client = Client()
    if user:
        sign_in(client, user)
    return {face: client.get(url).status_code for face, url in urls.items()}


# --- Adding -----------------------------------------------------------------------------------------


def test_files_are_added_and_listed(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    visitor = contact(case)
    uploads = [files.upload(files.pdf()), files.upload(files.odf("text"), "Beschluss.odt")]
    page = visitor.post(case, "documents", documents=uploads)
    said = ngettext("The document is with the case.", "%(count)s documents are with the case.", 2)
    assert notices(page) == [said % {"count": 2}]
    assert page.redirect_chain[0][0].endswith("#documents")
    assert "Beschluss.odt" in words(page)
    assert gettext("Document added") in words(page)
    assert set(case.documents.values_list("uploaded_by", flat=True)) == {visitor.user.pk}


def test_wrong_file_is_named_and_the_good_one_kept(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    uploads = [files.upload(b"<svg/>", "Plan.svg"), files.upload(files.pdf())]
    page = contact(case).post(case, "documents", documents=uploads)
    assert ["Plan.svg" in sentence for sentence in errors(page)] == [True]
    assert [document.name for document in case.documents.all()] == ["Konzept.pdf"]
    assert "Konzept.pdf" in words(page)


def test_nothing_chosen_is_told(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    assert errors(contact(case).post(case, "documents")) == [gettext("Choose at least one file.")]


def test_same_file_twice_is_told_and_kept_once(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    add(case)
    page = contact(case).post(case, "documents", documents=[files.upload(files.pdf(), "Kopie.pdf")])
    sentence = gettext("You have uploaded the file “%(name)s” already. We keep it once.")
    assert notices(page) == [sentence % {"name": "Kopie.pdf"}]
    assert case.documents.count() == 1


def test_ended_case_takes_no_document_and_keeps_its_own_to_read(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    add(case)
    visitor = contact(case)
    workflow.withdraw(case, visitor.user)
    page = visitor.get(case)
    assert "Konzept.pdf" in words(page)
    assert f'action="{url(case, "documents")}"' not in page.content.decode()
    page = visitor.post(case, "documents", documents=[files.upload(files.png(), "Plan.png")])
    assert notices(page) == [str(workflow.InvalidTransition().message)]
    assert case.documents.count() == 1


def test_get_of_the_upload_shows_the_case_and_adds_nothing(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    assert contact(case).get(case, "documents").status_code == 200


def test_others_cannot_add(world: World) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    url = reverse("casepage:documents", args=[case.reference])
    found = []
    for user in (world.other_contact, world.coordinator, world.lead.user):
        client = Client()
        sign_in(client, user)
        found.append(client.post(url, {"documents": [files.upload(files.pdf())]}).status_code)
    assert (found, case.documents.count()) == ([404, 403, 403], 0)


# --- Saving -----------------------------------------------------------------------------------------


def test_everybody_of_the_case_saves_it_on_their_own_face_and_nobody_else(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)  # the lead has accepted, the second advisor was asked
    urls = paths(case, add(case))
    sign = 302
    assert {
        "anonymous": statuses(None, urls),
        "contact": statuses(actors.contact_of(case), urls),
        "other contact": statuses(world.other_contact, urls),
        "lead": statuses(world.lead.user, urls),
        "asked": statuses(world.co.user, urls),
        "other advisor": statuses(world.other_advisor.user, urls),
        "coordinator": statuses(world.coordinator, urls),
    } == {
        "anonymous": {"casepage": sign, "workspace": sign, "triage": sign},
        "contact": {"casepage": 200, "workspace": 403, "triage": 403},
        "other contact": {"casepage": 404, "workspace": 403, "triage": 403},
        "lead": {"casepage": 403, "workspace": 200, "triage": 403},
        "asked": {"casepage": 403, "workspace": 403, "triage": 403},
        "other advisor": {"casepage": 403, "workspace": 404, "triage": 403},
        "coordinator": {"casepage": 403, "workspace": 403, "triage": 200},
    }


def test_document_of_another_case_or_of_a_draft_is_not_found(world: World) -> None:
    case, other = world.case(CaseStatus.MATCHED), world.case(CaseStatus.IN_REVIEW, title="Andere")
    urls = paths(case, add(other))
    assert statuses(actors.contact_of(case), urls)["casepage"] == 404
    assert statuses(world.lead.user, urls)["workspace"] == 404
    assert statuses(world.coordinator, urls)["triage"] == 404


@pytest.mark.parametrize("face", ["casepage", "workspace", "triage"])
def test_every_face_hands_out_the_same_safe_answer(world: World, face: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    document = add(case, files.png(), "Bäche.html")
    user = {
        "casepage": actors.contact_of(case), "workspace": world.lead.user, "triage": world.coordinator,
    }[face]  # fmt: skip
    client = Client()
    sign_in(client, user)
    response: Any = client.get(paths(case, document)[face])
    assert b"".join(response.streaming_content) == files.png()
    assert {name: response[name] for name in (
        "Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy",
    )} == {
        "Content-Type": "image/png",
        "Content-Disposition": "attachment; filename*=utf-8''B%C3%A4che.html.png",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }  # fmt: skip
    assert response["Cache-Control"].startswith("private, no-store")
    assert client.post(paths(case, document)[face]).status_code == 405


def test_advisor_reads_the_list_after_yes_and_nothing_of_it_before(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    add(case)
    shown = {}
    for name, user in {"lead": world.lead.user, "asked": world.co.user}.items():
        client = Client()
        sign_in(client, user)
        page = client.get(reverse("workspace:case", args=[case.reference])).content.decode()
        shown[name] = ("Konzept.pdf" in page, "unterlagen/" in page)
    assert shown == {"lead": (True, True), "asked": (False, False)}


def test_sheet_of_the_coordination_lists_documents(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    document = add(case)
    client = Client()
    sign_in(client, world.coordinator)
    page = client.get(reverse("admin:requests_app_case_change", args=[case.pk])).content.decode()
    assert paths(case, document)["triage"] in page


@pytest.mark.parametrize("count", [1, 20])
def test_page_asks_the_same_number_of_queries(
    world: World, count: int, django_assert_num_queries: Any
) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    for number in range(count):
        add(case, files.pdf(str(number)), f"{number}.pdf")
    visitor = contact(case)
    visitor.get(case)  # fills the caches
    with django_assert_num_queries(21):
        visitor.get(case)
