"""Finding a case by what one remembers of it: number, municipality, subject, contact person."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from requests_app.models import Case, ContactPerson, ExpectedContact, Municipality


def search(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Those of ``cases`` in which every word of ``text`` occurs somewhere."""
    for word in text.split()[:8]:
        cases = cases.filter(_holding(word))
    return cases


def _holding(word: str) -> Q:
    """Cases that hold ``word``. Look-ups in other tables are keys only, so no case comes up twice."""
    municipalities = Municipality.objects.filter(name__icontains=word).values("pk")
    # Those who have left, too: one remembers them.
    contacts = ContactPerson.everybody.filter(Q(name__icontains=word) | Q(email__icontains=word)).values(
        "case"
    )
    expected = ExpectedContact.objects.filter(name__icontains=word).values("case")
    return (
        Q(reference__startswith=word.upper())
        | Q(municipality__in=municipalities)
        | Q(pk__in=Case.partners.through.objects.filter(municipality__in=municipalities).values("case"))
        | Q(organisation__icontains=word)
        | Q(title__icontains=word)
        | Q(pk__in=contacts)
        | Q(pk__in=expected)
    )
