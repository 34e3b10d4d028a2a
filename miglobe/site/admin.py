"""The portal's settings in the admin: one page for the one row."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.site.models import ALSO_IN_ENGLISH, PortalSettings


@admin.register(PortalSettings)
class PortalSettingsAdmin(admin.ModelAdmin):
    """Opens the row at once; it can be neither added nor deleted. Only administrators have the permission."""

    fieldsets = [
        (
            _("Requests"),
            {
                "fields": [
                    "is_open",
                    "closed_text",
                    "first_answer_days",
                    "query_answer_days",
                    "offer_answer_days",
                    "first_session_days",
                    "follow_up_months",
                    "follow_up_reminder_days",
                ]
            },
        ),
        (_("Offers to advisors"), {"fields": ["fee_rule", "expected_effort"]}),
        (_("Notice"), {"fields": ["notice_banner"]}),
        (
            _("Contact"),
            {"fields": ["contact_name", "contact_role", "contact_phone", "contact_email", "contact_hours"]},
        ),
        (
            _("Advice elsewhere"),
            {"fields": ["referral_name", "referral_contact", "referral_website"]},
        ),
        (
            _("Front page"),
            {
                "fields": [
                    "landing_title",
                    "landing_lead",
                    "guiding_question",
                    *[f"aim_{n}_{part}" for n in range(1, 5) for part in ("title", "text")],
                    "eligibility_text",
                    "cost_sentence",
                    "ask_host_text",
                    "ask_advisors_text",
                    "project_website",
                ]
            },
        ),
        (
            _("In English"),
            {
                "fields": [f"{name}_en" for name in ALSO_IN_ENGLISH],
                "description": _("What stays empty is shown in German on the English pages."),
                "classes": ["collapse"],
            },
        ),
        (
            _("Host and funder"),
            {"fields": ["host_name", "host_short_name", "host_address", "host_website", "funder_text"]},
        ),
        (
            _("Imprint"),
            {
                "fields": [
                    "imprint_name",
                    "imprint_address",
                    "imprint_representatives",
                    "imprint_register",
                    "imprint_vat_id",
                    "imprint_editor",
                ]
            },
        ),
        (
            _("Privacy"),
            {"fields": ["data_protection_officer", "hosting_provider", "supervisory_authority"]},
        ),
        (_("Accessibility"), {"fields": ["accessibility_reviewed_on", "enforcement_body"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PortalSettings | None = None) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> PortalSettings | None:
        """The row, or the shipped settings while there is none: saving stores them."""
        return PortalSettings.read() if object_id == "1" else None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one row, so the list leads to it."""
        return redirect(reverse("admin:site_portalsettings_change", args=["1"]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Says what is still to be filled in before the portal may go public."""
        missing = PortalSettings.read().missing
        if request.method == "GET" and missing:
            names = get_text_list([str(field.verbose_name) for field in missing], gettext("and"))
            messages.warning(request, gettext("Still to be filled in: %(names)s.") % {"names": names})
        # The list leads back here, so saving and going on are the same.
        context = {"show_save_and_continue": False, "title": gettext("Portal settings"), "subtitle": None}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))
