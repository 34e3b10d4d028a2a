"""The advisor's own profile: changing it, its photo, making it public and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from advisors import directory, photos, publishing
from advisors.models import Advisor, Publication
from advisors.own.forms import ConsentForm, ProfileForm
from advisors.own.lookups import own_advisor, posted
from miglobe.site.methods import acts

State = Publication.State


@acts
def edit(request: HttpRequest) -> HttpResponse:
    """The form of the whole profile, and where its publication stands.

    A photo that is fine is kept at once, even when something else must be put right.
    """
    advisor = own_advisor(request)
    form = ProfileForm(posted(request), request.FILES or None, instance=advisor)
    if request.method == "POST":
        form.is_valid()
        _take_photo(form, advisor)
        if not form.errors:
            form.save()
            messages.success(request, _("Your profile has been saved."))
            return redirect("profile:publish" if "publish" in request.POST else "profile:edit")
    form.show_photo(photo_url(advisor))
    return render(request, "advisors/own/edit.html", {"form": form} | _standing(advisor))


def _take_photo(form: ProfileForm, advisor: Advisor) -> None:
    upload = form.files.get("new_photo")
    if isinstance(upload, UploadedFile):
        try:
            photos.keep(advisor, photos.prepared(upload))
        except photos.Refused as refused:
            form.add_error("new_photo", str(refused))
    elif "remove_photo" in form.data and advisor.photo:
        photos.remove(advisor)


def _standing(advisor: Advisor) -> dict[str, object]:
    """Where the publication stands."""
    approved = publishing.current(advisor, State.APPROVED)
    public = approved if advisor.status == Advisor.Status.ACTIVE else None
    waiting = publishing.current(advisor, State.WAITING)
    latest = advisor.publications.first()
    return {
        "advisor": advisor,
        "public": public,
        "rests": approved is not None and public is None,
        "can_withdraw": bool(approved or waiting),
        "waiting": waiting,
        "returned": latest if latest and latest.state == State.DECLINED else None,
        "is_changed": bool(public and publishing.has_unpublished_changes(advisor, waiting or public)),
    }


def photo_url(advisor: Advisor) -> str:
    """The address of the photo that the advisor is working with; empty if there is none."""
    return f"{reverse('profile:photo')}?v={advisor.photo_sha256[:12]}" if advisor.photo else ""


@require_safe
def photo(request: HttpRequest) -> HttpResponse:
    """The advisor's own photo, public or not."""
    advisor = own_advisor(request)
    return photos.response(request, advisor.photo, advisor.photo_sha256)


@acts
def publish(request: HttpRequest) -> HttpResponse:
    """Show the profile as everybody would see it, with the sentence to consent to; POST consents."""
    advisor = own_advisor(request)
    consent = publishing.consent_text()
    shown = publishing.fingerprint(advisor, consent)
    form = ConsentForm(posted(request), initial={"shown": shown}, consent=consent)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.submit_for_publication(
                advisor, advisor.user, consent=consent, shown=form.cleaned_data["shown"]
            )
        except publishing.NotPossible as error:
            messages.error(request, str(error.message))
            return redirect("profile:publish")
        messages.success(
            request, _("Thank you. The coordination looks at your profile and tells you by e-mail.")
        )
        return redirect("profile:edit")
    context = {
        "form": form,
        "missing": publishing.missing(advisor),
        "profile": directory.preview(advisor, photo_url(advisor)),
    }
    return render(request, "advisors/own/publish.html", context | _standing(advisor))


@acts
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once, then take the profile out of the public at once."""
    advisor = own_advisor(request)
    if request.method == "POST":
        try:
            publishing.withdraw(advisor, advisor.user)
        except publishing.NotPossible as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Your profile is not public any more."))
        return redirect("profile:edit")
    return render(request, "advisors/own/withdraw.html", _standing(advisor))
