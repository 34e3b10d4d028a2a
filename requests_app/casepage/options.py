"""What the municipality words itself: an action option, and its answer on the library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, option_words, workflow
from requests_app.casepage.page import case_of
from requests_app.models import CHANGEABLE_OPTIONS, ActionOption, OptionStatus
from requests_app.option_forms import OptionWordingForm


class ChangeForm(OptionWordingForm):
    """An option as the municipality wants it. ``version`` is the wording that it read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, option: ActionOption, **kwargs: Any) -> None:
        initial = option_words.wording_of(option) | {"version": option.version}
        super().__init__(*args, initial=initial, case=option.case, **kwargs)


@acts
def change(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Word an option anew; the advisors are asked for their yes."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    option = get_object_or_404(case.options.select_related("case"), pk=pk)
    can_change = option.status in CHANGEABLE_OPTIONS and workflow.is_available("change_option", case, user)
    if request.method != "POST":
        return _page(request, option, ChangeForm(option=option)) if can_change else _cannot(request, option)
    form = ChangeForm(request.POST, option=option)
    if form.is_valid() and all(getattr(option, name) == value for name, value in form.option_fields.items()):
        if option.status == OptionStatus.CHANGED:  # pressed twice
            messages.info(request, _("Your advisors have this wording already."))
            return _to_option(option)
        if not can_change:
            return _cannot(request, option)
        form.add_error(None, _("Nothing has been changed. If the option is right as it is, confirm it."))
    if form.is_valid() and _is_taken(option, user, form):
        messages.success(request, _("Your advisors have your wording. You will hear from them."))
        return _to_option(option)
    if not can_change:
        form.add_error(None, _("Your text stands below. Copy what you need into a message to your advisors."))
    return _page(request, option, form)


def _is_taken(option: ActionOption, user: User, form: ChangeForm) -> bool:
    """Hand the wording to the workflow; what that refuses becomes an error of the form."""
    try:
        version = form.cleaned_data["version"]
        workflow.change_option(option, user, fields=form.option_fields, version=version)
    except workflow.InvalidTransition as error:
        form.add_error(None, str(error.message))
        return False
    return True


def _page(request: HttpRequest, option: ActionOption, form: ChangeForm) -> HttpResponse:
    context = {"case": option.case, "option": option, "form": form}
    return render(request, "casepage/option_change.html", context)


def _cannot(request: HttpRequest, option: ActionOption) -> HttpResponse:
    messages.info(request, _("This action option cannot be changed at present."))
    return redirect("casepage:case", option.case.reference)


def _to_option(option: ActionOption) -> HttpResponse:
    return redirect(reverse("casepage:case", args=[option.case.reference]) + f"#option-{option.pk}")


@acts
def answer_for_library(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Say yes or no to the wording for the library."""
    user, case = signed_in_user(request), case_of(signed_in_user(request), reference)
    asked = get_object_or_404(access.library_questions(case), pk=pk)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in ("yes", "no"):
        try:
            workflow.answer_for_library(asked, user, granted=answer == "yes")
        except workflow.InvalidTransition as error:
            messages.info(request, str(error.message))
        else:
            messages.success(request, _("Thank you. The coordination has your answer."))
    return redirect(reverse("casepage:case", args=[case.reference]) + "#library")
