"""To whom a draft goes: the advisor whose profile led to the form, or the coordination."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from advisors import availability
from advisors.models import Advisor
from requests_app import deadlines
from requests_app.models import RequestDraft
from requests_app.request_form.forms import PageForm

FIELD = "preferred_advisor"


@dataclass(frozen=True)
class Direction:
    """An advisor who is asked by name, and how it stands with her or him today."""

    asked: Advisor
    availability: availability.Availability

    @property
    def key(self) -> str:
        """What the person read before sending, in short; it changes when the sentence on the page does."""
        return f"{self.asked.pk}-{'direct' if self.availability.can_be_asked else 'wish'}"


def of(draft: RequestDraft) -> Direction | None:
    """Where ``draft`` goes, as things stand now; None: to the coordination."""
    asked = draft.directed_to
    if asked is None:
        return None
    return Direction(asked, look_at(asked))


def look_at(asked: Advisor) -> availability.Availability:
    """How it stands with ``asked``, absences within the days that an answer takes included."""
    return availability.of(asked, until=deadlines.offer_answer_due(timezone.localdate()))


def key(direction: Direction | None) -> str:
    """The short form of ``direction``; empty for the coordination."""
    return direction.key if direction else ""


def leave_out_wish(form: PageForm) -> None:
    """A direct enquiry names its advisor already: the form does not ask for one."""
    if FIELD in form.fields:
        del form.fields[FIELD]
        layout = form.helper.layout
        place = next(each.positions[0] for each in layout.get_field_names() if each.name == FIELD)
        del layout[place]
