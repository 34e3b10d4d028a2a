"""An advisor's own calendar: the private address that a calendar program subscribes to."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from advisors.models import Advisor
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.methods import acts
from requests_app import access, calendars
from requests_app.models import Appointment, AppointmentStatus, CalendarFeed
from requests_app.workspace.dates import case_url

# How long a calendar program still reads of what is past, or cancelled.
PAST = timedelta(days=180)
CANCELLED = timedelta(days=30)
_SIGNER = signing.Signer(salt="miglobe.calendar", sep=".")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the address, and say what it is for."""
    advisor = _advisor(request)
    feed = CalendarFeed.objects.filter(advisor=advisor).first()
    address = address_of(feed) if feed else ""
    return render(request, "workspace/calendar.html", {"feed": feed, "address": address})


@acts
def renew(request: HttpRequest) -> HttpResponse:
    """Make an address, or a new one: the one before stops working at once."""
    advisor = _advisor(request)
    if request.method == "POST":
        fields = {"nonce": get_random_string(32), "renewed_at": timezone.now()}
        _feed, is_new = CalendarFeed.objects.update_or_create(advisor=advisor, defaults=fields)
        said = _("Your address is ready.") if is_new else _("This is your new address. The old one is gone.")
        messages.success(request, said)
    return redirect("workspace:calendar")


def _advisor(request: HttpRequest) -> Advisor:
    user = signed_in_user(request)
    access.offers_to(user)  # refuses everybody who is no advisor
    return get_object_or_404(Advisor, user=user)


def address_of(feed: CalendarFeed) -> str:
    """The address under which everybody who knows it reads the feed."""
    return settings.BASE_URL + reverse("calendar_feed", args=[_SIGNER.sign(feed.nonce)])


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The appointments of the advisor whom the address belongs to; 404 for every other address.

    A forged address is found out by its signature, without a look into the database.
    """
    try:
        nonce = _SIGNER.unsign(token)
    except signing.BadSignature as error:
        raise Http404 from error
    found = CalendarFeed.objects.filter(nonce=nonce).select_related("advisor__user").first()
    if found is None or not access.is_advisor(found.advisor.user):
        raise Http404
    appointments = list(appointments_of(found.advisor))
    content = calendars.feed(appointments, {a.case_id: case_url(a.case) for a in appointments})
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type=calendars.CONTENT_TYPE)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=answer))


def appointments_of(advisor: Advisor) -> QuerySet[Appointment]:
    """What is agreed in the cases that the advisor has accepted, and what was cancelled of late."""
    now = timezone.now()
    agreed = Q(status=AppointmentStatus.AGREED, starts_at__gt=now - PAST)
    cancelled = Q(status=AppointmentStatus.CANCELLED, changed_at__gt=now - CANCELLED)
    cases = access.advised_by(advisor.user)
    found = Appointment.objects.filter(agreed | cancelled, case__in=cases)
    return found.select_related("case__municipality").order_by("starts_at", "pk")
