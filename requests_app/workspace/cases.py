"""The page of a case: the offer before the answer, the whole case after it, and the messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from miglobe.accounts.sign_in import signed_in_user
from requests_app import (
    access,
    dates,
    documents,
    message_drafts,
    offer_facts,
    option_versions,
    option_words,
    papers,
    read_marks,
    session_record,
    writing,
)
from requests_app.access import Side
from requests_app.forms import MessageForm
from requests_app.models import (
    ActionOption,
    Assignment,
    AssignmentStatus,
    Case,
    DialogueSession,
    Document,
    OptionStatus,
)
from requests_app.threads import Talk
from requests_app.workflow import ACTIONS
from requests_app.workspace import ending, offers
from requests_app.workspace.lookups import advised_case, engagement, possible, visible_case
from requests_app.workspace.next_steps import NextStep, next_step

# Which page takes an action of the workflow, in the order of the buttons.
PROPOSE = "workspace:propose"
PAGES = {
    "propose_dates": "workspace:dates_new",
    "hold_first_session": "workspace:session_new",
    "log_session": "workspace:session_new",
    "write_option": "workspace:option_new",
    "propose_options": PROPOSE,
    "propose_more": PROPOSE,
}


# What the municipality said to an option, and the button that leads there.
_TO_READ = {
    OptionStatus.COMMENTED: gettext_lazy("Read the comment"),
    OptionStatus.CHANGED: gettext_lazy("Read the change"),
}


@dataclass(frozen=True)
class Button:
    """A link to the page that takes an action."""

    label: str | Promise
    url: str
    primary: bool


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The offer while it is open, the whole case once it was accepted."""
    found = visible_case(request, reference)
    offer = access.assignment_of(request.user, found, AssignmentStatus.OFFERED)
    if offer and not access.advises(request.user, found):
        return offers.show(request, found, offer)
    return show(request, found)


@require_safe
def document(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """Save one document of a case that the reader has accepted."""
    found = access.documents_for(advised_case(request, reference), Side.ADVISOR)
    return documents.download(request, get_object_or_404(found, pk=pk))


def show(request: HttpRequest, case: Case, form: MessageForm | None = None) -> HttpResponse:
    """The page of an accepted case, with ``form`` below its messages, or one to write a new message."""
    user, own = signed_in_user(request), engagement(request, case)
    options = Prefetch("options", ActionOption.objects.current())
    prefetch_related_objects(
        [case], "date_rounds", "appointments", options, "partners", "topics", "preferred_advisor__user"
    )
    records = session_record.records(case, reader=user)
    step = next_step(case, own, session_record.questioned_on(records))
    keys = possible(case, user)
    found = list(access.documents_for(case, Side.ADVISOR))
    context = {
        "case": case,
        "own": own,
        "partner_missing": offer_facts.partner_missing(own),
        "contacts": access.contacts_for(case, Side.ADVISOR),
        "others": [a for a in case.assignments.all() if a != own and a.status == AssignmentStatus.ACCEPTED],
        "step": step,
        "dates": dates.search(case),
        "buttons": buttons(case, keys, step),
        "keys": keys,
        **_talk(request, case, form, found),
        "records": records,
        **_options(case),
        "documents": found,
        "papers": _papers(case, own, [record.session for record in records]),
        **ending.part(case),
    }
    return render(request, "workspace/case.html", context)


def _papers(case: Case, own: Assignment, sessions: list[DialogueSession]) -> list[papers.Link]:
    """What can be saved of a case whose options are prefetched."""

    def address(name: str) -> str:
        return reverse(f"workspace:{name}", args=[case.reference])

    return papers.links(case, case.options.all(), sessions, address, advisor=own.advisor)


def _talk(
    request: HttpRequest, case: Case, form: MessageForm | None, documents: list[Document]
) -> dict[str, Any]:
    """The messages, and the form below them."""
    user, side = signed_in_user(request), Side.ADVISOR
    thread = list(read_marks.with_marks(access.messages_for(case, side), user))
    url = reverse("workspace:case", args=[case.reference])
    talk = Talk(case, side, user, query=request.GET, url=url, documents=documents, messages=thread)
    draft = message_drafts.draft_of(case, user)
    form = form or writing.blank_form(side, talk, draft)
    return {
        "form": form,
        "message_form": form,
        "thread": thread,
        "talk": talk,
        "side": side,
        **writing.writing(form, case, side, user, draft),
    }


def _options(case: Case) -> dict[str, Any]:
    """The current ones, as they were fetched along, and what the page says about them."""
    options = option_versions.with_versions(case.options.all())
    return {
        "options": options,
        "changes": option_words.changes_of(case, options),
        "can_order": len(option_versions.places(options)) > 1,
    }


def buttons(case: Case, keys: frozenset[str], step: NextStep) -> list[Button]:
    """The buttons of a case whose options are prefetched: what the workflow's table allows."""
    first = {status: option for option in reversed(case.options.all()) for status in [option.status]}
    made: list[Button] = []
    search = dates.search(case)
    if search.open or search.ahead:
        keys -= {"propose_dates"}  # what there is stands in a block of its own
    for status, label in _TO_READ.items():
        if status in first and "write_option" in keys:
            made.append(Button(label, f"#option-{first[status].pk}", primary=not made))
    for key, page in PAGES.items():
        # Without a draft there is nothing to put to the municipality.
        if key in keys and (page != PROPOSE or OptionStatus.DRAFT in first):
            made.append(Button(ACTIONS[key].label, reverse(page, args=[case.reference]), step.action == key))
    return made
