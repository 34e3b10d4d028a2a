"""Writing action options, and putting them to the municipality."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import option_versions, option_words, workflow
from requests_app.models import ActionOption, Case, LibraryOption, OptionStatus
from requests_app.workspace.lookups import advised_case, possible
from requests_app.workspace.option_form import OptionForm, ProposeForm, VersionForm

# In the address of a new option: the entry of the library that it begins with.
LIBRARY = "bibliothek"


@acts
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a new option, free or from the library; it is a draft until it is put to the municipality."""
    case = advised_case(request, reference)
    entry = _library_entry(request)
    return _write_new(request, case, begin_with=entry, source={"taken_from": entry})


def _library_entry(request: HttpRequest) -> LibraryOption | None:
    """What the address names; also when the coordination has switched it off since it was chosen."""
    key = request.GET.get(LIBRARY, "")
    if not key:
        return None
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        raise Http404
    return get_object_or_404(LibraryOption, pk=int(key))


@acts
def new_version(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Write the new version of an agreed option, which stays as it is until that is agreed, too."""
    case = advised_case(request, reference)
    option = get_object_or_404(case.options, pk=pk)
    if request.method != "POST":
        draft = ActionOption.objects.filter(replaces=option).first()
        if draft:
            messages.info(request, _("A new version of this option is being written already."))
            return redirect("workspace:option", reference, draft.pk)
        if option.status != OptionStatus.AGREED:
            messages.info(request, _("Only an agreed option gets a new version."))
            return redirect("workspace:case", reference)
    return _write_new(request, case, begin_with=option, source={"replaces": option})


def _write_new(
    request: HttpRequest,
    case: Case,
    *,
    begin_with: ActionOption | LibraryOption | None,
    source: dict[str, Any],
) -> HttpResponse:
    """The form of a new option, and what is sent with it. ``source``: for ``workflow.write_option``."""
    if request.method != "POST":
        form = OptionForm(case=case, begin_with=begin_with)
        return _open(request, case) or _page(request, case, form, **source)
    form = OptionForm(request.POST, case=case)
    if form.is_valid() and "replaces" in source and _says_the_same(source["replaces"], form):
        form.add_error(None, _("Nothing has been changed."))
    if form.is_valid() and _save(request, case, form, form_key=form.cleaned_data["form_key"], **source):
        messages.success(request, _("The draft has been saved. Only you advisors see it so far."))
        return redirect("workspace:case", case.reference)
    return _page(request, case, form, **source)


@acts
def change(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change an option that is not agreed; an agreed one is shown as it was confirmed."""
    case = advised_case(request, reference)
    option = get_object_or_404(case.options, pk=pk)
    if option.is_settled and request.method != "POST":
        return _agreed(request, case, option)
    if request.method != "POST":
        form = OptionForm(case=case, option=option)
        return _open(request, case) or _page(request, case, form, option=option)
    form = OptionForm(request.POST, case=case, option=option)
    if form.is_valid():
        if _says_the_same(option, form):  # nothing was changed, or the button was pressed twice
            return redirect("workspace:case", reference)
        if _save(request, case, form, option=option, version=form.cleaned_data["version"]):
            messages.success(request, _changed(option))
            return redirect("workspace:case", reference)
    return _page(request, case, form, option=option)


def _agreed(request: HttpRequest, case: Case, option: ActionOption) -> HttpResponse:
    """An agreed option as it was confirmed, with the way to a new version."""
    can_renew = option.status == OptionStatus.AGREED and "write_option" in possible(
        case, signed_in_user(request)
    )
    [shown] = option_versions.with_versions([option])
    context = {"case": case, "option": shown, "can_renew": can_renew}
    return render(request, "workspace/option_agreed.html", context)


def _says_the_same(option: ActionOption, form: OptionForm) -> bool:
    return all(getattr(option, name) == value for name, value in form.option_fields.items())


def _changed(before: ActionOption) -> str:
    if before.status == OptionStatus.DRAFT:
        return _("The draft has been saved.")
    return _("The option has been saved and is a draft again. Put it to the municipality when it is ready.")


def _open(request: HttpRequest, case: Case) -> HttpResponse | None:
    """The way back to the case, while options cannot be written; else None."""
    if "write_option" in possible(case, signed_in_user(request)):
        return None
    messages.error(request, _("No action options can be written in this case at present."))
    return redirect("workspace:case", case.reference)


def _save(request: HttpRequest, case: Case, form: OptionForm, **source: Any) -> bool:
    """Write by one call of the workflow; what it refuses is told in the form."""
    try:
        workflow.write_option(case, signed_in_user(request), fields=form.option_fields, **source)
    except workflow.InvalidTransition as error:
        form.add_error(None, str(error.message))
        return False
    return True


def _page(request: HttpRequest, case: Case, form: OptionForm, **about: Any) -> HttpResponse:
    """The form. ``about``: the ``option`` that is changed, or what a new one is taken from or replaces."""
    context = {"case": case, "form": form, **about}
    if option := about.get("option"):
        context["can_remove"] = option.status == OptionStatus.DRAFT and "remove_option" in possible(
            case, signed_in_user(request)
        )
        context["changes"] = option_words.changes_of(case, [option]).get(option.pk, [])
    return render(request, "workspace/option.html", context)


@acts
def accept(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Agree to the wording of the municipality, as it was shown."""
    case = advised_case(request, reference)
    option = get_object_or_404(case.options, pk=pk)
    if request.method != "POST":
        return redirect("workspace:case", reference)
    form = VersionForm(request.POST)
    if option.is_settled:  # pressed twice
        return redirect("workspace:case", reference)
    try:
        version = form.cleaned_data["version"] if form.is_valid() else 0
        workflow.accept_change(option, signed_in_user(request), version=version)
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The change is accepted, and the action option is agreed."))
    return redirect("workspace:case", reference)


@acts
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Remove a draft; pressed twice, the second time says that it is gone."""
    case = advised_case(request, reference)
    if request.method != "POST":
        return redirect("workspace:option", reference, pk)
    option = case.options.filter(pk=pk).first()
    try:
        if option is None:
            raise workflow.InvalidTransition(_("This action option no longer exists."))
        workflow.remove_option(option, signed_in_user(request))
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The draft has been removed."))
    return redirect("workspace:case", reference)


@acts
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the drafts once more, say who gets a mail, and put them to the municipality."""
    case = advised_case(request, reference)
    drafts = list(case.options.filter(status=OptionStatus.DRAFT))
    if request.method == "POST":
        form = ProposeForm(request.POST)
        seen = form.cleaned_data["drafts"] if form.is_valid() else ""
        if _pressed_twice(case, seen):
            return redirect("workspace:case", reference)
        if seen == versions(drafts):
            return _put(request, case)
        messages.error(request, _("The drafts have been changed in the meantime. Please read them again."))
        return redirect("workspace:propose" if drafts else "workspace:case", reference)
    if not drafts or not possible(case, signed_in_user(request)) & {"propose_options", "propose_more"}:
        messages.error(request, _("There is no draft to put to the municipality."))
        return redirect("workspace:case", reference)
    context = {"case": case, "drafts": drafts, "form": ProposeForm(initial={"drafts": versions(drafts)})}
    return render(request, "workspace/propose.html", context)


def versions(options: Iterable[ActionOption]) -> str:
    """Which wordings these are, as a text for a hidden field: "12.1 13.4"."""
    return " ".join(f"{option.pk}.{option.version}" for option in options)


def _pressed_twice(case: Case, seen: str) -> bool:
    """Whether exactly the wordings of ``seen`` lie before the municipality already."""
    proposed = versions(case.options.filter(status=OptionStatus.PROPOSED)).split()
    return bool(seen) and set(seen.split()) <= set(proposed)


def _put(request: HttpRequest, case: Case) -> HttpResponse:
    try:
        workflow.propose_options(case, signed_in_user(request))
    except workflow.InvalidTransition as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The municipality now has the options and has been told by e-mail."))
    return redirect("workspace:case", case.reference)
