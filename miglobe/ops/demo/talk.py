"""A talk that goes on in the demo: every thread, a file, something new, and a draft that nobody else sees."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from miglobe.accounts.models import User
from requests_app import message_drafts, papers, workflow
from requests_app.access import Side
from requests_app.models import AssignmentStatus, Audience, Case


def tell(case: Case, coordinator: User) -> None:
    """Let everybody write in a case that is advised."""
    contact = case.contacts.all()[0].user
    accepted = case.assignments.select_related("advisor__user").filter(status=AssignmentStatus.ACCEPTED)
    advisor = accepted[0].advisor.user
    workflow.write_message(
        case,
        coordinator,
        Side.COORDINATOR,
        text="Brauchen Sie für den nächsten Termin noch etwas von uns?",
        audience=Audience.ADVISORS,
    )
    workflow.write_message(
        case,
        advisor,
        Side.ADVISOR,
        text="Danke, ein Moderationskoffer vor Ort würde helfen.",
        audience=Audience.ADVISORS,
    )
    workflow.write_message(
        case,
        coordinator,
        Side.COORDINATOR,
        text="Ist der Raum auch mit dem Rollstuhl zu erreichen?",
        audience=Audience.MUNICIPALITY,
    )
    _send_a_file(case, contact)
    message_drafts.keep(
        case,
        coordinator,
        body="Guten Tag, zum Ablauf am Nachmittag habe ich noch",
        audience=Audience.EVERYONE,
    )


def _send_a_file(case: Case, contact: User) -> None:
    """A paper for everybody: that of the request itself, which is at hand."""
    text = "Ja, der Saal ist barrierefrei. Anbei noch einmal unsere Anfrage für alle, die dabei sind."
    draft = message_drafts.keep(case, contact, body=text, with_files=True)
    assert draft is not None
    paper = papers.compiled(papers.request(case))
    message_drafts.add_file(draft, SimpleUploadedFile("Anfrage für die Runde.pdf", paper))
    workflow.write_message(
        case, contact, Side.MUNICIPALITY, text=text, audience=Audience.EVERYONE, draft=draft
    )
