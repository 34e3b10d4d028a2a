"""Documents that the coordination adds to a case: what came by mail, checked like any other."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import Case, CaseStatus, EventKind
from requests_app.timeline import public_timeline, staff_timeline
from tests import actors
from tests.actors import World
from tests.requests_app import files
from tests.requests_app.entered import enter
from tests.sign_in import sign_in
from tests.triage.desk import Desk, words


def path(case: Case) -> str:
    return reverse("admin:requests_app_case_documents", args=[case.pk])


def add(desk: Desk, case: Case, *uploads: Any) -> Any:
    return desk.client.post(path(case), {"documents": list(uploads)})


def kept(count: int) -> str:
    said = ngettext("The document is with the case.", "%(count)s documents are with the case.", count)
    return said % {"count": count}


def test_sheet_leads_to_the_page_and_lists_what_was_added(world: World, desk: Desk) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    assert f'href="{path(case)}"' in desk.sheet(case).content.decode()
    assert 'enctype="multipart/form-data"' in desk.get(path(case)).content.decode()
    uploads = [files.upload(files.pdf()), files.upload(files.odf("text"), "Beschluss.odt")]
    done = add(desk, case, *uploads)
    assert done["Location"].endswith("#documents-title")
    assert desk.said(done) == kept(2)
    assert "Beschluss.odt" in words(desk.sheet(case))
    assert set(case.documents.values_list("uploaded_by", flat=True)) == {desk.user.pk}


def test_both_timelines_tell_it_and_no_mail_does(world: World, desk: Desk) -> None:
    case = world.case(CaseStatus.IN_DIALOGUE)
    mails = OutboxMessage.objects.count()
    add(desk, case, files.upload(files.pdf()))
    told, public = staff_timeline(case)[0], public_timeline(case)[0]
    assert (told.what, told.who) == (str(EventKind.DOCUMENT_ADDED.label), desk.user.name)
    assert (public.what, public.who) == (gettext("Document added"), "")
    assert OutboxMessage.objects.count() == mails


def test_municipality_and_its_advisor_save_what_was_added(world: World, desk: Desk) -> None:
    case = world.case(CaseStatus.MATCHED)  # the lead has accepted, the second advisor was asked
    add(desk, case, files.upload(files.pdf()))
    document = case.documents.get()
    found = {}
    for name, user, url in (
        ("contact", actors.contact_of(case), "casepage:document"),
        ("lead", world.lead.user, "workspace:document"),
        ("asked", world.co.user, "workspace:document"),
    ):
        client = Client()
        sign_in(client, user)
        found[name] = client.get(reverse(url, args=[case.reference, document.pk])).status_code
    assert found == {"contact": 200, "lead": 200, "asked": 403}


def test_entered_request_takes_the_documents_of_its_mail_before_it_is_confirmed(
    world: World, desk: Desk
) -> None:
    case = enter(world.coordinator)
    assert f'href="{path(case)}"' in desk.sheet(case).content.decode()
    assert desk.said(add(desk, case, files.upload(files.pdf()))) == kept(1)
    assert [document.name for document in case.documents.all()] == ["Konzept.pdf"]


def test_wrong_file_is_named_and_the_good_one_kept(world: World, desk: Desk) -> None:
    case = world.case()
    page = add(desk, case, files.upload(b"<svg/>", "Plan.svg"), files.upload(files.pdf()))
    assert page.status_code == 200
    assert ["Plan.svg" in error for error in page.context["form"].errors["documents"]] == [True]
    assert [str(message) for message in page.context["messages"]] == [kept(1)]
    assert [document.name for document in case.documents.all()] == ["Konzept.pdf"]


def test_nothing_chosen_is_told(world: World, desk: Desk) -> None:
    page = add(desk, world.case())
    assert page.context["form"].errors["documents"] == [gettext("Choose at least one file.")]


def test_same_file_twice_is_told_and_kept_once(world: World, desk: Desk) -> None:
    case = world.case()
    add(desk, case, files.upload(files.pdf()))
    sentence = gettext("You have uploaded the file “%(name)s” already. We keep it once.")
    desk.sheet(case)  # reads the first message
    assert desk.said(add(desk, case, files.upload(files.pdf(), "Kopie.pdf"))) == sentence % {
        "name": "Kopie.pdf"
    }
    assert case.documents.count() == 1


def test_added_document_waits_for_the_scanner(world: World, desk: Desk, settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:3310"
    case = world.case()
    add(desk, case, files.upload(files.pdf()))
    document = case.documents.get()
    address = reverse("admin:requests_app_case_document", args=[case.pk, document.pk])
    assert (document.scan_state, desk.get(address).status_code) == ("pending", 409)


def test_ended_case_takes_no_document(world: World, desk: Desk) -> None:
    case = world.case()
    workflow.withdraw(case, actors.contact_of(case))
    assert path(case) not in desk.sheet(case).content.decode()
    changed = str(workflow.InvalidTransition().message)
    assert desk.said(desk.get(path(case))) == changed
    assert desk.said(add(desk, case, files.upload(files.pdf()))) == changed
    assert case.documents.count() == 0


@pytest.mark.parametrize("who", ["contact", "advisor"])
def test_others_cannot_add_on_the_sheet(world: World, who: str) -> None:
    case = world.case(CaseStatus.MATCHED)
    client = Client()
    sign_in(client, actors.contact_of(case) if who == "contact" else world.lead.user)
    assert client.post(path(case), {"documents": [files.upload(files.pdf())]}).status_code == 403
    assert case.documents.count() == 0
