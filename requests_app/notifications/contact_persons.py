"""Mails about the contact persons of a case: who comes, who leaves."""

from __future__ import annotations

from typing import Any

from miglobe.accounts.models import User
from requests_app import access
from requests_app.models import ContactPerson
from requests_app.notifications.sending import to_advisors, to_confirmed, to_contact


def contact_invited(contact: ContactPerson, *, by: str) -> None:
    """The invitation: number and municipality, nothing of what was asked. The address may be mistyped."""
    to_contact(contact, "contact_invited", contact.case, by=by)


def contact_added(contact: ContactPerson, *, by: str, actor: User) -> None:
    """Tell the other contact persons whom ``by`` has invited."""
    to_confirmed("contact_added", contact.case, but=[actor.pk, contact.user_id], added=contact, by=by)


def contact_left(contact: ContactPerson, *, by: str, actor: User) -> None:
    """Tell the other contact persons that somebody has left, was removed, or will not join."""
    by = "" if contact.user_id == actor.pk else by
    to_confirmed("contact_left", contact.case, but=[actor.pk, contact.user_id], left=contact, by=by)


def contact_removed(contact: ContactPerson, *, by: str) -> None:
    """Tell somebody that ``by`` has taken her or him out of the case."""
    to_contact(contact, "contact_removed", contact.case, by=by)


def handed_over(former: ContactPerson, successor: ContactPerson) -> None:
    """Tell everybody who deals with the case that somebody else speaks for the municipality now."""
    case = successor.case
    people: dict[str, Any] = {"former": former, "successor": successor}
    to_contact(former, "handed_over", case, side=access.Side.MUNICIPALITY, **people)
    to_confirmed("handed_over", case, side=access.Side.MUNICIPALITY, **people)
    to_advisors("handed_over", case, **people)
