"""The public directory of advisors: it shows nothing that ``directory`` does not hold."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advisors import directory, photos
from advisors.models import Advisor, Publication
from advisors.search import SearchForm


@login_not_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everybody whose profile is public, narrowed down by what the query asks for."""
    profiles = directory.published()
    form = SearchForm(request.GET, profiles=profiles)
    hits = form.hits(directory.of_today(profiles, timezone.localdate()))
    place = form.cleaned_data.get("place")
    context = {
        "form": form,
        "hits": hits,
        "total": len(profiles),
        "place": place.name if place else "",
        "is_filtered": any(request.GET.get(name, "").strip() for name in form.fields),
    }
    return render(request, "advisors/listing.html", context)


@login_not_required
@require_safe
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """One published profile; 404 for everybody else of the pool, as for nobody."""
    found = directory.find(slug)
    if found is None:
        raise Http404
    return render(request, "advisors/profile.html", {"profile": found})


@login_not_required
@require_safe
def photo(request: HttpRequest, slug: str) -> HttpResponse:
    """The photo of a published profile."""
    published = Publication.objects.filter(
        advisor__in=Advisor.objects.published().filter(slug=slug), state=Publication.State.APPROVED
    )
    publication = get_object_or_404(published)
    return photos.response(request, publication.photo, publication.photo_sha256)
