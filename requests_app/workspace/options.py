"""Writing action options, and putting them to the municipality."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import workflow
from requests_app.models import ActionOption, Case, OptionStatus
from requests_app.workspace.lookups import advised_case, possible
from requests_app.workspace.option_form import OptionForm, ProposeForm


@acts
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a new option; it is a draft until it is put to the municipality."""
    case = advised_case(request, reference)
    if request.method != "POST":
        return _open(request, case) or _page(request, case, OptionForm(case=case))
    form = OptionForm(request.POST, case=case)
    if form.is_valid() and _save(request, case, form):
        messages.success(request, _("The draft has been saved. Only you advisors see it so far."))
        return redirect("workspace:case", reference)
    return _page(request, case, form)


@acts
def change(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change an option that is not agreed; an agreed one is shown as it was confirmed."""
    case = advised_case(request, reference)
    option = get_object_or_404(case.options, pk=pk)
    if option.status == OptionStatus.AGREED and request.method != "POST":
        return render(request, "workspace/option_agreed.html", {"case": case, "option": option})
    if request.method != "POST":
        return _open(request, case) or _page(request, case, OptionForm(case=case, option=option), option)
    form = OptionForm(request.POST, case=case, option=option)
    if form.is_valid():
        if _says_the_same(option, form):  # nothing was changed, or the button was pressed twice
            return redirect("workspace:case", reference)
        if _save(request, case, form, option):
            messages.success(request, _changed(option))
            return redirect("workspace:case", reference)
    return _page(request, case, form, option)


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


def _save(request: HttpRequest, case: Case, form: OptionForm, option: ActionOption | None = None) -> bool:
    """Write by one call of the workflow; what it refuses is told in the form."""
    data = form.cleaned_data
    try:
        workflow.write_option(
            case,
            signed_in_user(request),
            fields=form.option_fields,
            option=option,
            form_key=None if option else data["form_key"],
            version=data["version"] if option else None,
        )
    except workflow.InvalidTransition as error:
        form.add_error(None, str(error.message))
        return False
    return True


def _page(
    request: HttpRequest, case: Case, form: OptionForm, option: ActionOption | None = None
) -> HttpResponse:
    context = {"case": case, "form": form, "option": option}
    if option:
        keys = possible(case, signed_in_user(request))
        context["can_remove"] = option.status == OptionStatus.DRAFT and "remove_option" in keys
    return render(request, "workspace/option.html", context)


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
