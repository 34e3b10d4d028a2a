"""What we know already of a signed-in contact person, so that nobody is asked twice."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from miglobe.accounts.models import User
from requests_app.request_form.pages import Page, Typed


def known_answers(page: Page, user: User | AnonymousUser) -> Typed:
    """The answers of the contact person's last case that fit ``page``; none for everybody else."""
    if page.key != "municipality" or not isinstance(user, User):
        return {}
    last = user.contact_for.select_related("case__municipality__successor").order_by("-pk").first()
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
