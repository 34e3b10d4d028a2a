"""The pool in the admin: who advises, on what, when not, and whether the account is in use."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from advisors.forms import AdvisorForm
from advisors.models import Absence, Advisor, AdvisorLanguage, Topic, WorldRegion
from advisors.publication_admin import PublicationInline
from miglobe.accounts.invitations import invite, may_be_invited
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.accounts.second_factor import FACTORS
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.audit import log_read
from miglobe.site.widgets import DateInput


class LanguageInline(admin.StackedInline):
    model = AdvisorLanguage
    extra = 1
    fields = (("code", "level"),)


class AbsenceInline(admin.StackedInline):
    model = Absence
    fk_name = "advisor"
    extra = 1
    fields = (("first_day", "last_day"), "substitute", "note")
    # The browser's own date field: labelled, and without Django's shortcuts that are links to nowhere.
    formfield_overrides = {models.DateField: {"widget": DateInput}}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The substitute stands alone, without Django's links to add and change an advisor from here."""
        if db_field.name == "substitute":
            everybody = Advisor.objects.select_related("user")
            return db_field.formfield(queryset=everybody, empty_label=_("Nobody in particular"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class KeptAdmin(admin.ModelAdmin):
    """Rows that cases may name: they are switched off, not deleted."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Advisor)
class AdvisorAdmin(KeptAdmin):
    """Adding somebody makes the account and sends the invitation."""

    form = AdvisorForm
    inlines = (LanguageInline, AbsenceInline, PublicationInline)
    list_display = ("name_and_town", "account", "state", "topics_in_words", "capacity")
    list_display_links = ("name_and_town",)
    list_filter = ("status", "topics")
    list_per_page = 50
    ordering = ("user__name", "pk")
    sortable_by = ()
    search_fields = ("user__name", "user__email", "base_town")
    search_help_text = _("Name, e-mail address or base town")
    _account_fields = ("name", "email")
    _groups = (
        (
            _("What and how"),
            ("topics", "world_regions", "countries", "formats", "modes", "capacity", "availability"),
        ),
        (_("Where from"), ("base_town", "base_key", "travel_radius_km")),
        (_("Profile"), ("experience_years", "profile", "approach")),
        (_("For the coordination only"), ("internal_notes",)),
    )

    # --- What is shown ------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Advisor]:
        factor = Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS)
        return (
            super()
            .get_queryset(request)
            .select_related("user")
            .prefetch_related("topics", "absences", "user__groups")
            .annotate(has_factor=Exists(factor))
        )

    def get_fieldsets(self, request: HttpRequest, obj: Advisor | None = None) -> list[Any]:
        """The account first; a new one has no state yet."""
        person = [*self._account_fields, *(["account"] if obj else []), "status", "phone"]
        return [
            (_("Person and account"), {"fields": person}),
            *[(title, {"fields": fields}) for title, fields in self._groups],
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Advisor | None = None) -> tuple[str, ...]:
        return ("account",) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Advisor | None) -> Any:
        """A new advisor has consented to nothing yet."""
        return self.inlines if obj else [inline for inline in self.inlines if inline != PublicationInline]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(
            db_field, request, **kwargs | {"widget": forms.CheckboxSelectMultiple}
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Checkboxes stand alone, without Django's links to add and change what is ticked."""
        if isinstance(db_field, models.ManyToManyField):
            return self.formfield_for_manytomany(db_field, request, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Advisors")} | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        advisor = context["original"]
        if advisor:
            log_read(signed_in_user(request), f"advisor {advisor.pk}")
        if advisor and self.has_change_permission(request, advisor) and _needs_invitation(advisor.user):
            context["invite_url"] = reverse("admin:advisors_advisor_invite", args=[advisor.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Columns ------------------------------------------------------------------------------

    @admin.display(description=_("name"))
    def name_and_town(self, advisor: Advisor) -> SafeString:
        return format_html('{}<span class="app-sub">{}</span>', advisor.name, advisor.base_town)

    @admin.display(description=_("account"))
    def account(self, advisor: Advisor) -> SafeString:
        kind, label = account_state(advisor.user, has_factor=bool(getattr(advisor, "has_factor", False)))
        badges = [(kind, label)]
        if advisor.is_hard_to_reach:
            badges.append(("danger", gettext("Mail came back")))
        return format_html_join(" ", '<span class="app-badge app-badge--{}">{}</span>', badges)

    @admin.display(description=_("state"))
    def state(self, advisor: Advisor) -> SafeString:
        absence = advisor.absence_on(timezone.localdate())
        away = gettext("absent until %(day)s") % {"day": f"{absence.last_day:%d.%m.%Y}"} if absence else ""
        return format_html('{}<span class="app-sub">{}</span>', advisor.get_status_display(), away)

    @admin.display(description=_("topics"))
    def topics_in_words(self, advisor: Advisor) -> str:
        return ", ".join(topic.label for topic in advisor.topics.all()) or "–"

    # --- What acts ----------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Advisor, form: AdvisorForm, change: bool) -> None:
        """Save the account with the advisor; a new one is invited in the same transaction."""
        obj.user = form.save_account()
        super().save_model(request, obj, form, change)
        if change:
            return
        obj.user.add_role(Role.ADVISOR)
        if _needs_invitation(obj.user):
            self._invite(request, obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.invite_view)
        return [path("<int:pk>/einladen/", view, name="advisors_advisor_invite"), *super().get_urls()]

    @method_decorator(require_POST)
    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The button "invite again" on an advisor's page."""
        advisor = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, advisor):
            raise PermissionDenied
        if _needs_invitation(advisor.user):
            self._invite(request, advisor)
        else:
            messages.error(request, gettext("This account needs no invitation."))
        return redirect("admin:advisors_advisor_change", pk)

    def _invite(self, request: HttpRequest, advisor: Advisor) -> None:
        invite(advisor.user, request)
        self.log_change(request, advisor, "Invited.")
        text = gettext("The invitation to %(name)s is on its way.")
        messages.success(request, text % {"name": advisor.name})


def _needs_invitation(user: User) -> bool:
    """Whether the person still has no password, and may get one."""
    return may_be_invited(user) and not user.has_usable_password()


def account_state(user: User, *, has_factor: bool) -> tuple[str, str]:
    """How far an account has come, as a badge's kind and its words."""
    if not user.is_active:
        return "danger", gettext("locked")
    if has_factor:
        return "success", gettext("second factor set up")
    if user.has_usable_password() or user.last_login:
        return "warning", gettext("signed in, no second factor yet")
    return "info", gettext("invited")


@admin.register(Topic)
class TopicAdmin(KeptAdmin):
    list_display = ("label", "label_en", "position", "is_active")
    search_fields = ("label",)

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> tuple[str, ...]:
        """The key names the topic in data and addresses, so it stays."""
        return ("key",) if obj else ()


@admin.register(WorldRegion)
class WorldRegionAdmin(KeptAdmin):
    list_display = ("label", "label_en")
    search_fields = ("label",)

    def get_readonly_fields(self, request: HttpRequest, obj: WorldRegion | None = None) -> tuple[str, ...]:
        return ("key",) if obj else ()
