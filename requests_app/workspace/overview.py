"""The advisor's overview of a year, to read, to print, and as a workbook."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from advisors.models import Advisor
from miglobe.accounts.models import User
from miglobe.accounts.sign_in import signed_in_user
from requests_app.sheets import XLSX_TYPE, workbook
from requests_app.workspace import overview_file, year
from requests_app.workspace.due import Due, what_is_due

YEAR = "jahr"  # in the address


@dataclass(frozen=True)
class Tab:
    """One year to choose; looks like those of components/tabs.html."""

    label: str
    url: str
    current: bool
    count: int | None = None


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Sessions, hours and cases of a year; what is due now, if it is this one."""
    user = signed_in_user(request)
    choice = year.years(user)
    advisor = Advisor.objects.select_related("user").filter(user=user).first()
    if advisor is None:
        return render(request, "workspace/no_profile.html")
    chosen = _chosen(request, choice)
    url = reverse("workspace:overview")
    context = {
        "advisor": advisor,
        "today": timezone.localdate(),
        "year": year.read(user, chosen),
        "tabs": [Tab(str(number), f"{url}?{YEAR}={number}", number == chosen) for number in choice],
        "due": _due(user, chosen),
        "is_this_year": chosen == choice[0],
        "file_url": f"{reverse('workspace:overview_file')}?{YEAR}={chosen}",
    }
    return render(request, "workspace/overview.html", context)


@require_safe
def file(request: HttpRequest) -> FileResponse:
    """The same as a workbook: one sheet each for numbers, sessions, cases, and what is due."""
    user = signed_in_user(request)
    chosen = _chosen(request, year.years(user))
    sheets = overview_file.sheets(year.read(user, chosen), _due(user, chosen))
    response = FileResponse(
        workbook(sheets),
        as_attachment=True,
        filename=f"uebersicht-{chosen}.xlsx",
        content_type=XLSX_TYPE,
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _chosen(request: HttpRequest, choice: list[int]) -> int:
    """The year that the address names; this year, if it names none that there is."""
    wanted = request.GET.get(YEAR, "")
    return next((number for number in choice if str(number) == wanted), choice[0])


def _due(user: User, chosen: int) -> list[Due]:
    """What is due belongs to now, not to a year that is over."""
    return what_is_due(user) if chosen == timezone.localdate().year else []
