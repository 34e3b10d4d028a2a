"""What can be done to many cases at once: one row each, with the form, what it means for a case, the call.

Every case goes through the workflow on its own; this only names the steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app import notifications, workflow
from requests_app.agenda_words import short_day
from requests_app.models import AssignmentStatus, Case, Resolution
from requests_app.triage.desk_forms import ManyTopicsForm, ResponsibleForm, ResubmissionForm
from requests_app.triage.mails import PlannedMail, to_advisor, to_contacts
from requests_app.triage.opening import as_version

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# More cases than these take one too long to look through, and the page too long to answer.
LIMIT = 100


class NothingForm(KernForm):
    """There is nothing to fill in."""


class DuplicateForm(KernForm):
    """Which case stays, and what the municipalities of the others read."""

    original = forms.CharField(
        label=_("Case number of the case that goes on"),
        max_length=20,
        help_text=_("For example MG-2026-0042."),
        widget=forms.TextInput(attrs={"class": "app-w-20", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter the case number.")},
    )
    text = LongTextField(
        label=_("What you write to the municipality"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The same text goes to every municipality. You see the mails before they go."),
        error_messages={"required": _("Write why this case does not go on.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault(
            "text",
            gettext("We have a case about this concern already. It goes on there; you need not do anything."),
        )

    def clean_original(self) -> str:
        """The reference as it is written; the case itself is kept for ``case()``."""
        typed = str(self.cleaned_data["original"]).strip().upper()
        self._case = Case.objects.select_related("municipality").filter(reference=typed).first()
        if self._case is None:
            raise forms.ValidationError(gettext("There is no case with this number."))
        if self._case.resolution == Resolution.DUPLICATE:
            raise forms.ValidationError(gettext("This case was itself closed as a duplicate."))
        return typed

    def case(self) -> Case:
        """The case that goes on; for a valid form."""
        assert self._case is not None
        return self._case


@dataclass(frozen=True)
class Many:
    """One row. ``seen`` is what a colleague's change is noticed by, ``now`` what the page says of a case."""

    key: str
    label: _StrPromise
    lead: Promise
    button: Promise
    form: type[KernForm]
    seen: Callable[[Case], str]
    now: Callable[[Case, User], str]
    act: Callable[[Case, User, Any, str], object]
    # The mails that go for a case; shown before they do.
    mails: Callable[[Case, Any], list[PlannedMail]] | None = None
    # What one should look at twice, for a valid form.
    warning: Callable[[Case, Any], str] = lambda case, form: ""

    @property
    def writes_mails(self) -> bool:
        """Whether the mails are shown before anything is done. For templates, which call what they can."""
        return self.mails is not None


# --- What it means for a case -----------------------------------------------------------------------


def _responsible_now(case: Case, user: User) -> str:
    if case.responsible_id == user.pk:
        return gettext("You are responsible already.")
    return gettext("Responsible now: %(name)s.") % {"name": case.responsible or gettext("nobody")}


def _resubmission_now(case: Case, user: User) -> str:
    if not workflow.can_come_up_again(case):
        return gettext("Not possible: this case has ended already.")
    if case.resubmit_on is None:
        return gettext("No resubmission until now.")
    now = {"day": short_day(case.resubmit_on), "note": case.resubmission_note or "–"}
    return gettext("Until now: %(day)s, %(note)s.") % now


def _topics_now(case: Case, user: User) -> str:
    return gettext("Topics: %(topics)s") % {"topics": ", ".join(map(str, case.topics.all())) or "–"}


def _duplicate_now(case: Case, user: User) -> str:
    if not case.is_open:
        return gettext("Not possible: this case has ended already.")
    if workflow.is_available("decline", case, user):
        return gettext("Is declined as a duplicate; offers that are out are withdrawn.")
    if workflow.is_available("close", case, user):
        return gettext("Is closed as a duplicate, although somebody advises it.")
    return gettext("Not possible in this state.")


def _other_municipality(case: Case, form: DuplicateForm) -> str:
    original = form.case()
    if case.municipality_id == original.municipality_id:
        return ""
    words = {"place": original.place, "reference": original.reference}
    return gettext("Another municipality: %(reference)s is of %(place)s.") % words


def _duplicate_mails(case: Case, form: DuplicateForm) -> list[PlannedMail]:
    """The mails as the single step would write them."""
    text = form.cleaned_data["text"]
    planned = []
    if workflow.ACTIONS["decline"].allows(case.status):
        mail = notifications.compose_declined(case, text)
    else:
        mail = notifications.compose_closed(case, Resolution.DUPLICATE, text)
    if case.main_contact:
        planned.append(to_contacts(case, mail))
    return planned + [
        to_advisor(f"offer-{offer.pk}", offer.advisor, notifications.compose_offer_withdrawn(offer))
        for offer in case.assignments.all()
        if offer.status == AssignmentStatus.OFFERED
    ]


# --- The calls ----------------------------------------------------------------------------------------


def _take_over(case: Case, user: User, form: NothingForm, seen: str) -> object:
    return workflow.take_over(case, user, seen=seen)


def _assign(case: Case, user: User, form: ResponsibleForm, seen: str) -> object:
    return workflow.assign_responsible(case, user, to=form.person(), seen=seen)


def _resubmit(case: Case, user: User, form: ResubmissionForm, seen: str) -> object:
    return workflow.set_resubmission(case, user, day=form.chosen(), note=form.cleaned_data["note"], seen=seen)


def _change_topics(case: Case, user: User, form: ManyTopicsForm, seen: str) -> object:
    add, remove = form.changes()
    return workflow.change_topics(case, user, add=add, remove=remove)


def _close(case: Case, user: User, form: DuplicateForm, seen: str) -> object:
    text, version = form.cleaned_data["text"], as_version(seen)
    return workflow.close_as_duplicate(case, user, original=form.case(), text=text, seen=version)


MANY = {
    many.key: many
    for many in (
        Many(
            "uebernehmen",
            _("Take over"),
            _("You become responsible for these cases."),
            _("Take over"),
            NothingForm,
            workflow.responsible_seen,
            _responsible_now,
            _take_over,
        ),
        Many(
            "weitergeben",
            _("Pass on the responsibility"),
            _("A colleague becomes responsible for these cases, or nobody."),
            _("Pass on"),
            ResponsibleForm,
            workflow.responsible_seen,
            _responsible_now,
            _assign,
        ),
        Many(
            "wiedervorlage",
            _("Set the resubmission"),
            _("These cases come up again on the same day. An earlier resubmission is replaced."),
            _("Set the resubmission"),
            ResubmissionForm,
            workflow.resubmission_seen,
            _resubmission_now,
            _resubmit,
        ),
        Many(
            "themen",
            _("Correct the topics"),
            _("What a case has or lacks already stays as it is."),
            _("Correct the topics"),
            ManyTopicsForm,
            lambda case: "",  # additions and removals: a colleague's ones stay
            _topics_now,
            _change_topics,
        ),
        Many(
            "dublette",
            _("Close as duplicates"),
            _("These cases end: they are the same as another one, which goes on."),
            _("Send and close"),
            DuplicateForm,
            lambda case: str(case.version),
            _duplicate_now,
            _close,
            _duplicate_mails,
            _other_municipality,
        ),
    )
}
