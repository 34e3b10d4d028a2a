"""The main navigation: which rooms a person is offered, and which one they are in."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.roles import Role


@dataclass(frozen=True)
class Entry:
    """One link of the navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class _Room:
    label: Promise
    view: str
    prefix: str  # every page whose view name begins with this belongs to the room


_START = _Room(_("Home"), "site:landing", "site:landing")
_INTAKE = _Room(_("Request a consultation"), "intake:start", "intake:")
_DIRECTORY = _Room(_("Advisors"), "directory:list", "directory:")
_CASES = _Room(_("My cases"), "casepage:list", "casepage:")
_WORKSPACE = _Room(_("Workspace"), "workspace:home", "workspace:")
_COORDINATION = _Room(_("Coordination"), "admin:index", "admin:")
_HELP = _Room(_("Help"), "site:help", "site:help")


def _rooms(request: HttpRequest) -> list[_Room]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return [_START, _INTAKE, _DIRECTORY, _CASES, _HELP]
    rooms = [_START, _INTAKE, _DIRECTORY]
    # Somebody without any role has just signed in to follow a request.
    if Role.MUNICIPALITY_CONTACT in user.roles or not user.roles:
        rooms.append(_CASES)
    if Role.ADVISOR in user.roles:
        rooms.append(_WORKSPACE)
    if user.is_staff:
        rooms.append(_COORDINATION)
    return [*rooms, _HELP]


def main_navigation(request: HttpRequest) -> list[Entry]:
    """The entries for whoever is looking, the room of the current page marked."""
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    return [
        Entry(str(room.label), reverse(room.view), here.startswith(room.prefix)) for room in _rooms(request)
    ]
