"""A coordinator's own page: the daily mail, leave and who stands in – and the leaves of the colleagues.

Whoever falls ill cannot enter it: colleagues do so for each other, and the admin's log says who did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from miglobe.accounts.models import User
from miglobe.site.forms import KernModelForm
from miglobe.site.methods import acts
from miglobe.site.widgets import DateInput
from requests_app.models import Case, DeskSettings, Leave
from requests_app.responsibility import Roster, roster, team
from requests_app.triage.opening import check_permission

ONE_DAY = timedelta(days=1)


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """The paths of this module; ``view`` is the admin's guard."""
    return [
        path("mein-platz/", view(my_desk), name="requests_app_case_my_desk"),
        path("mein-platz/abwesenheit/", view(add_leave), name="requests_app_case_leave_add"),
        path(
            "mein-platz/abwesenheit/<int:leave_pk>/beenden/",
            view(end_leave),
            name="requests_app_case_leave_end",
        ),
    ]


class DeskSettingsForm(KernModelForm):
    class Meta:
        model = DeskSettings
        fields = ("wants_daily_mail",)
        labels = {"wants_daily_mail": gettext_lazy("Send me a mail in the morning with what there is to do")}
        help_texts = {
            "wants_daily_mail": gettext_lazy(
                "On working days, only when there is something to do, and not while you are on leave. "
                "Without it you are only told of a case that has become very late."
            )
        }


class LeaveForm(KernModelForm):
    """Days away, and who looks after the cases meanwhile."""

    class Meta:
        model = Leave
        fields = ("user", "first_day", "last_day", "substitute")
        labels = {
            "user": gettext_lazy("Who is away?"),
            "first_day": gettext_lazy("First day"),
            "last_day": gettext_lazy("Last day"),
            "substitute": gettext_lazy("Who stands in?"),
        }
        help_texts = {
            "substitute": gettext_lazy(
                "This person finds the cases among her or his own meanwhile. Without a substitute they are "
                "shown to everybody."
            )
        }
        widgets = {"first_day": DateInput(), "last_day": DateInput()}
        error_messages = {
            "first_day": {"required": gettext_lazy("Enter the first day.")},
            "last_day": {"required": gettext_lazy("Enter the last day.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(user.pk, str(user)) for user in team()]
        for name, empty in (("user", []), ("substitute", [("", _("Nobody"))])):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = team()
            field.choices = [*empty, *people]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last, user = (cleaned.get(name) for name in ("first_day", "last_day", "user"))
        if user and user == cleaned.get("substitute"):
            self.add_error("substitute", _("Choose somebody else: nobody stands in for oneself."))
        if not first or not last:
            return cleaned
        if last < first:
            self.add_error("last_day", _("The last day cannot be before the first."))
        elif last < timezone.localdate():
            self.add_error("last_day", _("This leave is over already."))
        elif user and (other := _overlapping(user, first, last)):
            words = {"name": user, "first": _day(other.first_day), "last": _day(other.last_day)}
            text = _("%(name)s is away from %(first)s to %(last)s already. End that leave first.")
            self.add_error("first_day", text % words)
        return cleaned


def _overlapping(user: User, first: date, last: date) -> Leave | None:
    return Leave.objects.filter(user=user, first_day__lte=last, last_day__gte=first).first()


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


@dataclass(frozen=True)
class Row:
    """A leave of now or later: whose, whether it has begun, and who in fact stands in today."""

    leave: Leave
    has_begun: bool
    stands_in: str


@acts
def my_desk(request: HttpRequest) -> HttpResponse:
    """The page; its POST keeps the settings."""
    user = check_permission(request)
    settings = DeskSettings.objects.filter(user=user).first() or DeskSettings(user=user)
    form = DeskSettingsForm(request.POST if request.method == "POST" else None, instance=settings)
    if request.method == "POST" and form.is_valid():
        # The start of the list, which another page sets, stays as it is.
        DeskSettings.objects.update_or_create(user=user, defaults=form.cleaned_data)
        messages.success(request, _("Your settings are kept."))
        return redirect("admin:requests_app_case_my_desk")
    return _page(request, user, form, LeaveForm(initial={"user": user.pk}))


@acts
def add_leave(request: HttpRequest) -> HttpResponse:
    """Enter a leave, one's own or a colleague's."""
    user = check_permission(request)
    if request.method != "POST":
        return redirect("admin:requests_app_case_my_desk")
    form = LeaveForm(request.POST)
    if not form.is_valid():
        settings = DeskSettings.objects.filter(user=user).first() or DeskSettings(user=user)
        return _page(request, user, DeskSettingsForm(instance=settings), form)
    leave: Leave = form.save()
    _log(user, leave, ADDITION)
    messages.success(request, _("The leave is entered."))
    if leave.substitute and (other := _overlapping(leave.substitute, leave.first_day, leave.last_day)):
        words = {"name": leave.substitute, "first": _day(other.first_day), "last": _day(other.last_day)}
        text = _("%(name)s is away from %(first)s to %(last)s: then whoever stands in there looks after it.")
        messages.warning(request, text % words)
    return redirect("admin:requests_app_case_my_desk")


@require_POST
def end_leave(request: HttpRequest, leave_pk: int) -> HttpResponse:
    """Somebody is back: a leave that has begun ended yesterday, one of today or later is deleted."""
    user = check_permission(request)
    leave = get_object_or_404(Leave, pk=leave_pk)
    today = timezone.localdate()
    if leave.last_day < today:
        messages.error(request, _("This leave is over already."))
    elif leave.first_day < today:
        leave.last_day = today - ONE_DAY
        leave.save(update_fields=["last_day"])
        _log(user, leave, CHANGE)
        messages.success(request, _("%(name)s is back.") % {"name": leave.user})
    else:
        _log(user, leave, DELETION)
        leave.delete()
        messages.success(request, _("The leave is deleted."))
    return redirect("admin:requests_app_case_my_desk")


def _log(user: User, leave: Leave, flag: int) -> None:
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(leave),
        object_id=str(leave.pk),
        object_repr=str(leave)[:200],
        action_flag=flag,
        change_message="",
    )


def _page(request: HttpRequest, user: User, settings: DeskSettingsForm, leave: LeaveForm) -> HttpResponse:
    today = timezone.localdate()
    here = roster(today)
    leaves = Leave.objects.filter(last_day__gte=today, user__in=list(here.names))
    rows = [_row(leave, here, today) for leave in leaves.select_related("user", "substitute")]
    context = {
        **admin.site.each_context(request),
        "title": _("My desk"),
        "opts": Case._meta,
        "settings_form": settings,
        "leave_form": leave,
        "form": leave if leave.errors else settings,
        "own": [row for row in rows if row.leave.user_id == user.pk],
        "others": [row for row in rows if row.leave.user_id != user.pk],
        "stands_in_for": sorted(here.names[key] for key in here.stands_in_for(user.pk)),
    }
    return render(request, "admin/requests_app/case/my_desk.html", context)


def _row(leave: Leave, here: Roster, today: date) -> Row:
    has_begun = leave.first_day <= today
    key = here.looked_after_by(leave.user_id) if has_begun else leave.substitute_id
    return Row(leave, has_begun, here.names.get(key, "") if key else "")
