"""The link by which a contact person comes to a request that somebody else has entered.

It works as often as it is opened, for 30 days after it was mailed, and for that address only: once the
address of the contact person is another one, links to the former say nothing any more.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from requests_app.models import ContactPerson

SALT = "requests_app.entry_links"
LIFETIME = timedelta(days=30)


def token_for(contact: ContactPerson) -> str:
    """The part of the link that names the contact person."""
    return signing.dumps([contact.pk, _mark(contact)], salt=SALT)


def _mark(contact: ContactPerson) -> str:
    """Tells addresses apart without naming them: links stand in logs and histories."""
    return salted_hmac(SALT, contact.email, algorithm="sha256").hexdigest()[:16]


def contact_of(token: str, *, however_old: bool = False) -> ContactPerson | None:
    """The contact person of a link; None when it is forged, too old, or no longer meant.

    ``however_old``: for mailing a new link to the same address.
    """
    try:
        pk, mark = signing.loads(token, salt=SALT, max_age=None if however_old else LIFETIME)
    except signing.BadSignature:
        return None
    people = ContactPerson.objects.select_related("case__municipality", "case__entered_by", "user")
    contact = people.filter(pk=pk).first()
    return contact if contact and constant_time_compare(mark, _mark(contact)) else None
