"""The order of the action options: by buttons without script, by dragging with it; kept by one button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import option_versions, workflow
from requests_app.workspace.lookups import advised_case, possible
from requests_app.workspace.option_form import OrderForm


@acts
def order(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the options into order. Moving one by a button shows the page anew; only saving keeps anything."""
    case = advised_case(request, reference)
    if "order_options" not in possible(case, signed_in_user(request)):
        messages.error(request, _("The order cannot be changed at present."))
        return redirect("workspace:case", reference)
    options = option_versions.places(case.options.current())
    keys = [option.pk for option in options]
    form = OrderForm(request.POST if request.method == "POST" else None)
    wanted, seen = keys, keys
    if form.is_valid():
        wanted, seen = _moved(request, form.cleaned_data["order"]), form.cleaned_data["seen"]
        if wanted == keys and seen != keys:  # pressed twice
            return redirect("workspace:case", reference)
        if not _is_moving(request):
            try:
                workflow.order_options(case, signed_in_user(request), seen=seen, order=wanted)
            except workflow.InvalidTransition as error:
                messages.error(request, str(error.message))
                return redirect("workspace:options_order", reference)
            messages.success(request, _("The order is saved. The municipality and the papers show it, too."))
            return redirect("workspace:case", reference)
    if sorted(wanted) != sorted(keys):  # one has come or gone meanwhile
        messages.error(request, _("The options have been changed in the meantime. Please order them anew."))
        wanted = seen = keys
    by_key = {option.pk: option for option in options}
    context = {
        "case": case,
        "rows": [by_key[key] for key in wanted],
        "seen": seen,
        "is_unsaved": wanted != keys,
    }
    return render(request, "workspace/option_order.html", context)


def _is_moving(request: HttpRequest) -> bool:
    return "up" in request.POST or "down" in request.POST


def _moved(request: HttpRequest, keys: list[int]) -> list[int]:
    """``keys`` with the one whose button was pressed a place further up or down."""
    moved = list(keys)
    for name, distance in (("up", -1), ("down", 1)):
        key = request.POST.get(name, "")
        if key in map(str, moved):
            place = moved.index(int(key))
            target = min(max(place + distance, 0), len(moved) - 1)
            moved.insert(target, moved.pop(place))
    return moved
