"""From the answers of the form to a case. Used by the page that sends, and by whoever loads requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from advisors import availability
from advisors.models import Advisor, Topic
from miglobe.accounts.models import User
from miglobe.mail import outbox
from requests_app import workflow
from requests_app.models import Case, Channel, Document, Municipality, RequestDraft
from requests_app.request_form.choices import Choices
from requests_app.request_form.forms import PageForm
from requests_app.request_form.pages import Page, bound_forms, first_incomplete

CONTACT_FIELDS = ("name", "function", "email", "phone")


class Incomplete(Exception):
    """The answers do not validate. ``page`` is the first page with an error, ``form`` its bound form."""

    def __init__(self, page: Page, form: PageForm) -> None:
        self.page = page
        self.form = form
        super().__init__(f"{page.key}: {form.errors.as_json(escape_html=False)}")


def submit(
    answers: Mapping[str, Mapping[str, Any]],
    *,
    key: UUID,
    actor: User | None = None,
    channel: Channel = Channel.PORTAL,
    documents: QuerySet[Document] | None = None,
    directed_to: Advisor | None = None,
    follows: Case | None = None,
) -> Case:
    """Validate ``answers`` with the forms of the pages and make a case of them.

    ``answers``: for each page ("municipality", "concern", "wishes") what its form posts, by name:
    a text, or a list of texts for groups of checkboxes. ``key``: the same key makes one case,
    however often it comes. ``actor``: who is signed in, if anybody. ``documents``: those of the draft.
    ``directed_to``: the advisor who is asked by name. Whoever cannot be asked today stays the wish of
    a request to the coordination.
    ``follows``: the case that has ended and that this one goes on from.
    Raises ``Incomplete``.
    """
    forms = bound_forms(answers, Choices.read(to_show=False))
    incomplete = first_incomplete(forms)
    if incomplete:
        raise Incomplete(incomplete, forms[incomplete])
    new = new_request(forms.values(), channel, directed_to)
    if follows:
        new.case["follows"] = follows
    return workflow.submit_request(key, new, actor, documents)


def submit_draft(draft: RequestDraft, actor: User | None = None) -> Case:
    """Make a case of a draft that the caller has locked; what was typed is then in the case alone.

    Raises ``Incomplete``.
    """
    case = submit(
        draft.data,
        key=draft.key,
        actor=actor,
        documents=draft.documents.all(),
        directed_to=draft.directed_to,
        follows=draft.follows,
    )
    draft.case, draft.data = case, {}
    draft.email = ""  # it was there for the link alone
    outbox.forget([draft.mail_reference])
    draft.held_at, draft.held_reason = None, ""
    draft.save(update_fields=["case", "data", "email", "held_at", "held_reason", "changed_at"])
    return case


def new_request(
    forms: Iterable[PageForm], channel: Channel, directed_to: Advisor | None = None
) -> workflow.NewRequest:
    """What the valid ``forms`` of the pages hold, as the workflow takes it."""
    fields = {name: value for form in forms for name, value in form.cleaned_data.items()}
    fields.pop("documents", None)  # files only pass through the form
    contact = {name: fields.pop(name) for name in CONTACT_FIELDS if name in fields}
    topics = Topic.objects.filter(key__in=fields.pop("topics"))
    municipality = fields["municipality"]
    fields["municipality"] = Municipality.objects.get(key=municipality) if municipality else None
    partners = Municipality.objects.filter(key__in=fields.pop("partners"))
    # A company asks: the municipality says later which of its units is in charge.
    fields["lead_unit_open"] = bool(fields.get("organisation"))
    advisor = fields["preferred_advisor"]
    fields["preferred_advisor"] = Advisor.objects.get(pk=advisor) if advisor else None
    if directed_to:
        fields["preferred_advisor"] = directed_to
        fields["is_direct"] = availability.of(directed_to).can_be_asked
        channel = Channel.ADVISOR if fields["is_direct"] else channel
    fields["language"] = get_language() or "de"
    return workflow.NewRequest(
        case=fields, contact=contact, topics=tuple(topics), partners=tuple(partners), channel=channel
    )
