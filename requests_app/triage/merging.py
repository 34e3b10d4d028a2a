"""Merging a case into another one: choose it, read what will happen and the mails, act; and undoing it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernForm
from miglobe.site.methods import acts
from requests_app import notifications, workflow
from requests_app.models import AssignmentStatus, Case, CaseMerge
from requests_app.triage import duplicates
from requests_app.triage.mails import MailsForm, PlannedMail, to_advisor, to_contacts
from requests_app.triage.opening import note_read, open_case, seen_version
from requests_app.workflow import InvalidTransition
from requests_app.workflow.merging import UNDO_WITHIN

CANDIDATES = 10


class ChooseForm(KernForm):
    """Which case it is merged into: one of the same municipality, or any other by its number."""

    mark_optional = False
    into = forms.ChoiceField(
        label=_("Which case does it go on in?"), widget=forms.RadioSelect, required=False
    )
    reference = forms.CharField(
        label=_("Or its case number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("For example MG-2026-0042."),
    )

    def __init__(self, *args: Any, case: Case, similar: list[duplicates.Similar], **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.case.reference, _in_short(each)) for each in similar]
        if not similar:
            del self.fields["into"]
            self.fields["reference"].label = _("Number of the case that it goes on in")

    def clean(self) -> None:
        typed = "".join(self.cleaned_data.get("reference", "").split()).upper()
        number = typed or self.cleaned_data.get("into", "")
        at = "reference" if typed or "into" not in self.fields else "into"
        if not number:
            self.add_error(at, gettext("Choose a case, or give its number."))
            return
        self.chosen = Case.objects.select_related("municipality").filter(reference=number).first()
        if self.chosen is None:
            self.add_error(at, gettext("There is no case %(number)s.") % {"number": number})
        elif problem := workflow.obstacle_to_merging(self.case, self.chosen):
            self.add_error(at, problem)


def _in_short(similar: duplicates.Similar) -> str:
    other = similar.case
    parts = [f"{other.reference}: {other.headline}", str(other.get_status_display()), *similar.common]
    return " · ".join(parts)


def can_merge(can: Collection[str]) -> bool:
    """``can``: the keys of the workflow's rows that whoever looks may take on the case now."""
    return any(key in can for key in ("merge", "merge_entered"))


@acts
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the choice, and with a choice what would happen; POST merges."""
    case = open_case(request, pk)
    user = signed_in_user(request)
    if not can_merge(workflow.available_keys(case, user)):
        messages.error(request, _why_not(case))
        return redirect(_sheet(case))
    typed = request.POST if request.method == "POST" else request.GET
    is_chosen = request.method == "POST" or "into" in typed or "reference" in typed
    form = _choose(case, user, typed if is_chosen else None)
    if not form.is_bound or not form.is_valid():
        return _show_choice(request, case, form)
    assert form.chosen is not None
    page = _Preview(request, case, open_case(request, form.chosen.pk), user)
    return page.act() if request.method == "POST" else page.show()


def _why_not(case: Case) -> str:
    """Why this case cannot be merged into any other one."""
    if case.merged_into:
        names = {"case": case.reference, "other": case.merged_into.reference}
        return gettext("%(case)s has been merged into %(other)s. Go on there, please.") % names
    if not case.is_open:
        return gettext("%(case)s has ended. Only an open case can be merged.") % {"case": case.reference}
    return gettext("Advice has begun here. Open the other case, and merge it into this one.")


def _choose(case: Case, user: User, data: Any) -> ChooseForm:
    found = duplicates.others(case, user, CANDIDATES)
    return ChooseForm(data, case=case, similar=[each for each in found if each.case.is_open])


def _show_choice(request: HttpRequest, case: Case, form: ChooseForm) -> HttpResponse:
    other = getattr(form, "chosen", None)
    reverse_url = ""
    if form.errors and other is not None and not workflow.obstacle_to_merging(other, case):
        reverse_url = f"{_address(other)}?reference={case.reference}"
    return _page(request, case, "merge_choose", form=form, reverse_url=reverse_url)


def _page(request: HttpRequest, case: Case, template: str, **context: Any) -> HttpResponse:
    note_read(request, case)
    everything = {
        **admin.site.each_context(request),
        "title": gettext("Merge into another case"),
        "subtitle": case.reference,
        "opts": Case._meta,
        "case": case,
        "sheet_url": _sheet(case),
        **context,
    }
    return render(request, f"admin/requests_app/case/{template}.html", everything)


def _address(case: Case) -> str:
    return reverse("admin:requests_app_case_merge", args=[case.pk])


def _sheet(case: Case) -> str:
    return reverse("admin:requests_app_case_change", args=[case.pk])


@dataclass(frozen=True)
class _Preview:
    """The page that says what will happen, with the mails as they will go."""

    request: HttpRequest
    case: Case
    into: Case
    user: User

    def show(self, mails: MailsForm | None = None, problem: str = "") -> HttpResponse:
        mails = mails or MailsForm(self._mails())
        if problem:
            mails.add_error(None, problem)
        return _page(
            self.request,
            self.case,
            "merge_preview",
            form=mails,
            into=self.into,
            happens=self._what_happens(),
            possible=not workflow.obstacle_to_merging(self.case, self.into),
        )

    def act(self) -> HttpResponse:
        mails = MailsForm(self._mails(), self.request.POST)
        if not mails.is_valid():
            return self.show(mails)
        texts = mails.texts()
        try:
            workflow.merge(
                self.case,
                self.into,
                self.user,
                mail=texts.get("contacts"),
                offer_mails={a.pk: texts[_key(a.pk)] for a in self._offers() if _key(a.pk) in texts},
                seen=seen_version(self.request),
                seen_into=seen_version(self.request, "seen_into"),
            )
        except InvalidTransition as error:
            fresh = _Preview(
                self.request,
                open_case(self.request, self.case.pk),
                open_case(self.request, self.into.pk),
                self.user,
            )
            return fresh.show(mails, str(error.message))
        text = gettext("%(case)s now goes on in %(other)s.")
        messages.success(self.request, text % {"case": self.case.reference, "other": self.into.reference})
        return redirect(_sheet(self.into))

    def _offers(self) -> list[Any]:
        return [a for a in self.case.assignments.all() if a.status == AssignmentStatus.OFFERED]

    def _mails(self) -> list[PlannedMail]:
        planned = []
        if self.case.main_contact:
            planned.append(to_contacts(self.case, notifications.compose_merged(self.case, self.into)))
        for offer in self._offers():
            text = notifications.compose_offer_withdrawn(offer)
            planned.append(to_advisor(_key(offer.pk), offer.advisor, text))
        return planned

    def _what_happens(self) -> list[str]:
        """The consequences, one sentence each."""
        case, into = self.case, self.into
        names = {"case": case.reference, "other": into.reference}
        told = [
            gettext("%(case)s ends as a duplicate and points to %(other)s.") % names,
            self._what_moves(),
        ]
        if main := into.main_contact:
            told.append(gettext("%(name)s stays the first contact person.") % {"name": main.name})
        if offers := self._offers():
            people = ", ".join(offer.advisor.name for offer in offers)
            told.append(gettext("The offer to %(people)s is withdrawn.") % {"people": people})
        if case.municipality_id and case.municipality_id != into.municipality_id:
            names |= {"place": case.place}
            told.append(gettext("%(place)s asks along in %(other)s from then on.") % names)
        told.append(gettext("You can undo it for 24 hours."))
        return told

    def _what_moves(self) -> str:
        """Everything that goes to the other case, counted."""
        case = self.case
        here = {contact.user_id for contact in self.into.contacts.all()}
        people = len([c for c in case.contacts.all() if c.user_id not in here])
        parts = [
            _count(people, gettext("one contact person"), gettext("%d contact persons")),
            _count(case.messages.count(), gettext("one message"), gettext("%d messages")),
            _count(case.notes.count(), gettext("one note"), gettext("%d notes")),
            _count(case.documents.count(), gettext("one document"), gettext("%d documents")),
            _count(case.sessions.count(), gettext("one session"), gettext("%d sessions")),
            _count(case.options.count(), gettext("one action option"), gettext("%d action options")),
        ]
        moves = ", ".join(part for part in parts if part)
        if not moves:
            return gettext("There is nothing that has to move to %(other)s.") % {"other": self.into.reference}
        return gettext("To %(other)s go: %(what)s.") % {"other": self.into.reference, "what": moves}


def _count(number: int, one: str, several: str) -> str:
    if not number:
        return ""
    return one if number == 1 else several % number


def _key(pk: int) -> str:
    return f"offer-{pk}"


# --- Undoing ------------------------------------------------------------------------------------


@acts
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the two apart again: a page that asks, then the step."""
    case = open_case(request, pk)
    made = CaseMerge.objects.select_related("case", "into").filter(case=case, undone_at=None).first()
    if made is None:
        messages.error(request, gettext("This case is not merged."))
        return redirect(_sheet(case))
    problem = workflow.obstacle_to_undoing(made)
    if request.method == "POST":
        try:
            workflow.undo_merge(case, signed_in_user(request))
        except InvalidTransition as error:
            problem = str(error.message)
        else:
            messages.success(request, gettext("%(case)s goes on by itself again.") % {"case": case.reference})
            return redirect(_sheet(case))
    return _page(request, case, "merge_undo", title=gettext("Undo the merge"), made=made, problem=problem)


@dataclass(frozen=True)
class Merged:
    """A merge as the sheets of both cases tell of it; ``undo_url`` is empty once it is too late."""

    made: CaseMerge
    undo_url: str


def merges_of(case: Case, taken_in: Collection[Case]) -> list[Merged]:
    """The merge of ``case`` into another one, and those of others (``taken_in``) into it."""
    if not (case.merged_into_id or taken_in):
        return []
    found = CaseMerge.objects.filter(undone_at=None).select_related("case", "into", "by")
    found = found.filter(case=case) if case.merged_into_id else found.filter(into=case)
    in_time = timezone.now() - UNDO_WITHIN
    return [
        Merged(
            made,
            reverse("admin:requests_app_case_merge_undo", args=[made.case_id]) if made.at >= in_time else "",
        )
        for made in found
    ]


def urls(view: Any) -> list[URLPattern]:
    """The paths of these pages; ``view`` wraps each as a page of the admin."""
    return [
        path("<int:pk>/zusammenfuehren/", view(merge), name="requests_app_case_merge"),
        path("<int:pk>/zusammenfuehren/rueckgaengig/", view(undo), name="requests_app_case_merge_undo"),
    ]
