"""Public profiles in the admin: what waits, old and new side by side, approval, the record of consents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from advisors import photos, publishing
from advisors.differences import side_by_side
from advisors.models import Advisor, Publication
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.audit import log_read
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm

State = Publication.State
REVIEW = "advisors.review_publication"
TEXTS = ("profile", "approach", "countries")


class DeclineForm(KernForm):
    """What the advisor should change."""

    note = LongTextField(
        label=_("What should be changed?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The person reads this by e-mail and on the page of the profile."),
        error_messages={"required": _("Say what should be changed.")},
    )


@dataclass(frozen=True)
class Compared:
    """One text of a publication beside the one that is public now."""

    label: str
    state: str
    old: SafeString
    new: SafeString
    plain: str  # the new one without marks, where there is none to compare it with


def compared(publication: Publication, public: Publication | None) -> list[Compared]:
    """Each text of ``publication`` against that of ``public``."""
    rows = []
    for name in TEXTS:
        old, new = getattr(public, name, ""), getattr(publication, name)
        # The stubs think of reverse relations, too, which have no name of their own.
        label = str(Publication._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        rows.append(Compared(label, _difference(old, new, public), *side_by_side(old, new), new))
    return rows


def _difference(old: str, new: str, public: Publication | None) -> str:
    if public is None:
        return ""
    return gettext("unchanged") if old == new else gettext("changed")


class _ReadOnly:
    """Nobody adds, changes or deletes the record of a consent by a form."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PublicationInline(_ReadOnly, admin.StackedInline):
    """The record of consents on the advisor's page."""

    model = Publication
    fk_name = "advisor"
    extra = 0
    classes = ("collapse",)
    verbose_name_plural = _("Publications and consents")
    fields = readonly_fields = (
        "page", "state", "consented_by", "consented_at", "consent_text", "profile", "approach", "countries",
        "photo_sha256", "reviewed_by", "reviewed_at", "review_note", "withdrawn_by", "withdrawn_at",
    )  # fmt: skip

    @admin.display(description=_("page"))
    def page(self, publication: Publication) -> SafeString:
        return _link(publication, gettext("Show in full"))


@admin.register(Publication)
class PublicationAdmin(_ReadOnly, admin.ModelAdmin):
    """The list of publications; each row leads to the page where it is compared and decided."""

    list_display = ("person", "state", "consented", "decided")
    list_display_links = None
    list_filter = ("state",)
    list_per_page = 50
    list_select_related = ("advisor__user", "reviewed_by")
    ordering = ("-consented_at", "-pk")
    sortable_by = ()
    search_fields = ("name",)
    search_help_text = _("Name")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Public profiles")} | (extra_context or {}))

    @admin.display(description=_("name"))
    def person(self, publication: Publication) -> SafeString:
        return _link(publication, publication.name)

    @admin.display(description=_("consented"))
    def consented(self, publication: Publication) -> str:
        return date_format(localtime(publication.consented_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("decided"))
    def decided(self, publication: Publication) -> SafeString | str:
        if publication.reviewed_at is None:
            return "–"
        day = date_format(localtime(publication.reviewed_at), "SHORT_DATETIME_FORMAT")
        return format_html('{}<span class="app-sub">{}</span>', day, publication.reviewed_by)

    # --- One publication ----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/pruefen/", wrap(self.review_view), name="advisors_publication_review"),
            path("<int:pk>/foto/", wrap(self.photo_view), name="advisors_publication_photo"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page where it is decided is the only one of a publication."""
        publication = self.get_object(request, object_id)
        if publication is None:
            return redirect("admin:advisors_publication_changelist")
        return redirect("admin:advisors_publication_review", publication.pk)

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Old and new text side by side; POST approves, returns or takes down."""
        publication = self._publication(request, pk)
        form = DeclineForm(request.POST if "decline" in request.POST else None)
        if request.method == "POST" and (done := self._act(request, publication, form)) is not None:
            return done
        log_read(signed_in_user(request), f"advisor {publication.advisor_id}")
        return render(
            request, "admin/advisors/publication/review.html", self._page(request, publication, form)
        )

    @method_decorator(require_safe)
    def photo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The photo of a publication, public or not."""
        publication = self._publication(request, pk)
        return photos.response(request, publication.photo, publication.photo_sha256)

    def _publication(self, request: HttpRequest, pk: int) -> Publication:
        if not request.user.has_perm(REVIEW):
            raise PermissionDenied
        rows = Publication.objects.select_related(
            "advisor__user", "consented_by", "reviewed_by", "withdrawn_by"
        )
        return get_object_or_404(rows, pk=pk)

    def _act(self, request: HttpRequest, publication: Publication, form: DeclineForm) -> HttpResponse | None:
        """Take the step of the button that was pressed; None if the page is to be shown again."""
        user = signed_in_user(request)
        try:
            if "approve" in request.POST:
                publishing.approve(publication, user)
                text = gettext("The profile of %(name)s is public now.")
            elif "decline" in request.POST:
                if not form.is_valid():
                    return None
                publishing.decline(publication, user, form.cleaned_data["note"])
                text = gettext("%(name)s gets your note by e-mail.")
            elif "withdraw" in request.POST:
                publishing.withdraw(publication.advisor, user)
                text = gettext("The profile of %(name)s is not public any more.")
            else:
                return None
        except publishing.NotPossible as error:
            messages.error(request, str(error.message))
            return redirect("admin:advisors_publication_review", publication.pk)
        messages.success(request, text % {"name": publication.name})
        return redirect("admin:index")

    def _page(self, request: HttpRequest, publication: Publication, form: DeclineForm) -> dict[str, Any]:
        approved = publication.advisor.publications.filter(state=State.APPROVED)
        public = approved.exclude(pk=publication.pk).first() if publication.state == State.WAITING else None
        return self.admin_site.each_context(request) | {
            "title": gettext("Profile of %(name)s") % {"name": publication.name},
            "opts": self.opts,
            "publication": publication,
            "public": public,
            "rows": compared(publication, public),
            "photo": _photo(publication),
            "public_photo": _photo(public),
            "photo_is_changed": public is not None and public.photo_sha256 != publication.photo_sha256,
            "is_waiting": publication.state == State.WAITING,
            "is_public": publication.state == State.APPROVED
            and Advisor.objects.published().filter(pk=publication.advisor_id).exists(),
            "form": form,
        }


def _link(publication: Publication, text: str) -> SafeString:
    url = reverse("admin:advisors_publication_review", args=[publication.pk])
    return format_html('<a href="{}">{}</a>', url, text)


def _photo(publication: Publication | None) -> str:
    """The address of a publication's photo for the coordination; empty if there is none."""
    if publication is None or not publication.photo:
        return ""
    return reverse("admin:advisors_publication_photo", args=[publication.pk])
