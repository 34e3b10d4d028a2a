"""What we know already of a signed-in contact person, so that nobody is asked twice."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from miglobe.accounts.models import User
from requests_app import access
from requests_app.models import Case
from requests_app.request_form.pages import Page, Typed


def case_to_follow(reference: str, user: User | AnonymousUser) -> Case | None:
    """The case of the signed-in contact person that a new request goes on from; None for any other one."""
    if not reference or not access.is_municipality_contact(user):
        return None
    own = access.visible_to(user, access.Side.MUNICIPALITY)
    return own.filter(reference=reference, closed_at__isnull=False).first()


def known_answers(page: Page, user: User | AnonymousUser, follows: Case | None = None) -> Typed:
    """The answers of the contact person's last case that fit ``page``; none for everybody else.

    ``follows``: the case that the request goes on from, if any: then it is the answers of that one.
    """
    if page.key != "municipality" or not isinstance(user, User):
        return {}
    known = user.contact_for.filter(case=follows) if follows else user.contact_for
    last = known.select_related("case__municipality__successor").order_by("-pk").first()
    if last is None:
        return {}
    municipality = last.case.municipality
    return {
        # The one it was merged into, if it was.
        "municipality": [(municipality.successor or municipality).key] if municipality else [],
        "unit": [last.case.unit],
        "name": [last.name],
        "function": [last.function],
        "email": [user.email],
        "phone": [last.phone],
    }
