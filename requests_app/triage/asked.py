"""Who was asked to advise a case, and who is asked next, as the sheet tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from requests_app.models import Assignment, AssignmentRole, AssignmentStatus, Case
from requests_app.triage.next_steps import Button, assignment_button

ROLES = list(AssignmentRole)


@dataclass(frozen=True)
class Group:
    """One offer: to one advisor, or to the two of a tandem (``title`` and ``state`` say so then)."""

    rows: list[tuple[Assignment, Button | None]]
    title: str = ""
    state: str = ""


def groups(case: Case, can: Collection[str]) -> list[Group]:
    """The offers of a case, the newest first; a tandem is one. Reads prefetched assignments.

    ``can``: the keys of the workflow's rows that whoever looks may take now.
    """
    found: list[Group] = []
    seen: set[UUID] = set()
    assignments = list(case.assignments.all())
    for assignment in assignments:
        key = assignment.tandem_key
        if key in seen:
            continue
        together = [assignment] if key is None else [a for a in assignments if a.tandem_key == key]
        if key:
            seen.add(key)
        together.sort(key=lambda each: ROLES.index(AssignmentRole(each.role)))
        rows = [(each, assignment_button(case, can, each)) for each in together]
        if len(together) > 1:
            found.append(Group(rows, _tandem(together), _how_it_stands(together)))
        else:
            found.append(Group(rows))
    return found


def _tandem(together: Iterable[Assignment]) -> str:
    names = dict(zip(("lead", "co"), (each.advisor.name for each in together), strict=True))
    return _("Tandem: %(lead)s (lead) and %(co)s") % names


def _how_it_stands(together: list[Assignment]) -> str:
    """What happens when one says yes and the other one no: each answer counts for itself."""
    yes = [each for each in together if each.status == AssignmentStatus.ACCEPTED]
    no = [each for each in together if not each.is_live and each.status != AssignmentStatus.ENDED]
    if not (yes and no):
        return ""
    names = {"name": yes[0].advisor.name, "role": no[0].get_role_display()}
    return _("%(name)s stays with the yes. The other role is free: %(role)s.") % names


def shortlist(case: Case, can: Collection[str]) -> str:
    """One line on who is asked next; empty where nobody could be, or nothing is to be said."""
    entries = list(case.shortlist.all())
    if not entries:
        open_offers = any(each.status == AssignmentStatus.OFFERED for each in case.assignments.all())
        can_list = open_offers and "change_shortlist" in can
        return _("Nobody is on the list yet.") if can_list else ""
    names = ", ".join(f"{entry.advisor.name} ({entry.get_role_display()})" for entry in entries)
    if entries[0].asks_by_itself:
        return _("%(names)s. The portal asks by itself after a no or a passed deadline.") % {"names": names}
    return _("%(names)s. You ask yourself.") % {"names": names}
