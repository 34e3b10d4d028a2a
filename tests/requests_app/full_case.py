"""A case with something of everything, for papers and tables that must show it, or must not."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from requests_app import workflow
from requests_app.access import Side
from requests_app.models import (
    ActionOption,
    Appointment,
    Audience,
    Case,
    CaseStatus,
    ContactPerson,
    DateRound,
    Feedback,
    FollowUp,
    FollowUpStatus,
    OptionReport,
    OptionStatus,
    ProposedDate,
    RoundStatus,
    SessionAddition,
)
from tests import actors
from tests.actors import World
from tests.requests_app import files

S = CaseStatus


def full(world: World) -> Case:
    """A case with something of everything."""
    case = world.case(S.CLOSED)
    contact, lead = actors.contact_of(case), world.lead.user
    now = timezone.now()
    actors.colleague(case, "Jonas Reiter")
    workflow.remove_contact(ContactPerson.objects.get(case=case, name="Jonas Reiter"), world.coordinator)
    workflow.write_note(case, world.coordinator, text="NOTIZ")
    for text, audience in (("NACHRICHT1", Audience.EVERYONE), ("NACHRICHT2", Audience.ADVISORS)):
        workflow.write_message(case, world.coordinator, Side.COORDINATOR, text=text, audience=audience)
    other = world.case(S.IN_REVIEW)
    case.documents.add(workflow.add_document(other, actors.contact_of(other), files.upload(files.pdf())))
    session = case.sessions.get()
    SessionAddition.objects.create(
        session=session, author=world.co.user, shared_minutes="ERGÄNZUNG", private_notes="GEHEIM",
        added_at=now, changed_at=now,
    )  # fmt: skip
    common: dict[str, Any] = {"case": case, "format": "initial_talk", "mode": "on_site", "minutes": 60}
    Appointment.objects.create(
        **common, starts_at=now, place="Rathaus", agreed_by=lead, agreed_at=now, changed_at=now
    )
    asked = DateRound.objects.create(
        **common, proposed_by=lead, proposed_at=now, form_key=uuid.uuid4(), status=RoundStatus.REFUSED,
        suggestion="Lieber abends", answered_by=contact, answered_at=now,
    )  # fmt: skip
    ProposedDate.objects.create(round=asked, starts_at=now)
    option = case.options.get()
    Feedback.objects.create(case=case, helped="yes", missing="MEHR ZEIT", given_by=contact, given_at=now)
    FollowUp.objects.create(
        case=case, months=3, due_on=now, status=FollowUpStatus.ANSWERED, asked_at=now, answered_at=now,
        answered_by=contact, word="WORT",
    )  # fmt: skip
    OptionReport.objects.create(
        option=option, implementation="partly_done", note="ZUR HÄLFTE", reported_by=contact, reported_at=now
    )
    old = ActionOption.objects.get(pk=option.pk)
    old.pk, old.title, old.status, old.position = None, "ALTE FASSUNG", OptionStatus.REPLACED, 0
    old.save()
    draft = ActionOption.objects.get(pk=option.pk)
    draft.pk, draft.title, draft.status, draft.confirmed_at, draft.confirmed_by = (
        None,
        "GEHEIM",
        "draft",
        None,
        None,
    )
    draft.save()
    ActionOption.objects.filter(pk=option.pk).update(replaces=old)
    return case
