"""Nothing that is not the municipality's to know is in its pages: a marker is put everywhere and searched."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from requests_app import workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus, Event, EventKind
from tests import actors
from tests.actors import World
from tests.casepage.pages import contact, url

SECRET = "N1CHT-F0R-Y0U"
S = CaseStatus


def hide_everywhere(world: World, case: Case) -> None:
    """Write the marker wherever the municipality must not look."""
    for advisor in (world.lead, world.co, world.other_advisor):
        advisor.internal_notes = advisor.availability = advisor.countries = advisor.phone = SECRET
        advisor.user.email = f"{SECRET}{advisor.pk}@example.org".lower()
        advisor.user.save()
        advisor.save()
    case.assignments.update(summary=SECRET, decline_reason=SECRET)
    workflow.write_note(case, world.coordinator, text=SECRET)
    workflow.write_message(
        case,
        world.coordinator,
        Side.COORDINATOR,
        text=SECRET,
        audience=Audience.ADVISORS,
        form_key=uuid.uuid4(),
    )
    case.sessions.update(private_notes=SECRET)
    hide_in_events(world, case)


def hide_in_events(world: World, case: Case) -> None:
    """An event of every kind, with the marker in all of its data that the timeline does not name."""
    for kind in EventKind:
        Event.objects.create(
            case=case,
            kind=kind,
            actor=world.coordinator,
            at=timezone.now(),
            to_status=case.status,
            data={"advisor": "Amara Okafor", "title": "Zwei Sitze"}
            | dict.fromkeys(
                ["reason", "text", "comment", "resolution", "channel", "offers", "extra"], SECRET
            ),
        )


@pytest.mark.parametrize("status", list(CaseStatus))
def test_no_page_holds_what_is_kept_from_the_municipality(world: World, status: CaseStatus) -> None:
    case = world.case(status)
    hide_everywhere(world, case)
    visitor = contact(case)
    for page in (visitor.get(case), visitor.get(case, "withdraw"), visitor.get(None, "list")):
        assert page.status_code == 200
        assert SECRET.lower() not in page.content.decode().lower()


def test_drafts_of_options_and_private_notes_stay_with_the_advisors(world: World) -> None:
    case = world.case(S.IN_DIALOGUE)
    fields = actors.option_fields(
        title=SECRET, description=SECRET, first_step=SECRET, responsible_unit=SECRET, indicator=SECRET
    )
    option = workflow.write_option(case, world.lead.user, fields=fields)
    hide_everywhere(world, case)
    visitor = contact(case)
    pages = [
        visitor.get(case),
        visitor.post(case, "message", body=""),
        visitor.post(case, "comment_option", option.pk, text="Anders.", version=1),
        visitor.post(case, "confirm_option", option.pk, version=1),
        visitor.post(case, "confirm_options", option=f"{option.pk}:1"),
    ]
    for page in pages:
        assert SECRET.lower() not in page.content.decode().lower()
    assert case.options.get().status == "draft"


def test_an_offer_that_was_declined_is_not_told(world: World) -> None:
    case = world.case(S.MATCHING)
    workflow.decline_offer(world.offer_of(case, world.co), world.co.user, reason=SECRET)
    body = contact(case).client.get(url(case)).content.decode()
    assert SECRET not in body
    assert "Carvajal" not in body


def test_the_reason_of_an_own_withdrawal_stays_with_the_coordination(world: World) -> None:
    case = world.case()
    visitor = contact(case)
    page = visitor.post(case, "withdraw", reason=SECRET, seen=Case.objects.get(pk=case.pk).version)
    assert SECRET not in page.content.decode()
    assert case.events.get(kind=EventKind.WITHDRAWN).data["reason"] == SECRET
