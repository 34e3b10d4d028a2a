"""The outbox in the admin: to read, and to send a mail again. Nothing is added, changed or deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from miglobe.accounts.admin_lists import ActingList
from miglobe.mail import outbox
from miglobe.mail.models import OutboxMessage, Outcome, State
from miglobe.mail.signals import mail_sent_again


class CappedPaginator(Paginator):
    """Counts no further than 1,000 rows: the outbox grows, and older mails are found by search."""

    @cached_property
    def count(self) -> int:
        return cast(QuerySet, self.object_list)[:1000].count()


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ActingList):
    class Media:
        css = {"all": ["css/admin/mail.css"]}

    # By what the list may be narrowed in its address.
    LOOKED_UP = ("id", "state", "kind", "recipient", "reference")

    list_display = ["created", "subject", "recipient", "state_in_words", "attempts", "error"]
    list_display_links = ["subject"]
    list_filter = ["state"]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    ordering = ["-id"]
    search_fields = ["recipient", "reference"]
    search_help_text = _("Search for the beginning of an e-mail address or of a case reference.")
    actions = ["send_selected_again"]
    fieldsets = [
        (None, {"fields": ["state_in_words", "to_all", "subject", "reference", "created_at", "sent_at"]}),
        (_("One mail out of several"), {"fields": ["together"]}),
        (_("Text"), {"fields": ["text", "files"]}),
        (_("Delivery"), {"fields": ["attempts", "last_error", "timeline"]}),
        (_("Technical details"), {"fields": ["kind", "from_email", "message_id"]}),
    ]
    readonly_fields = ["state_in_words", "to_all", "together", "text", "files", "timeline"]

    # --- Who may do what ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutboxMessage | None = None) -> bool:
        return False

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.resend_outboxmessage")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by texts: ``?body__contains=1`` in the address would tell a code digit by digit."""
        return lookup.partition("__")[0] in self.LOOKED_UP and super().lookup_allowed(lookup, value, request)

    # --- What is shown ---

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Search by beginnings, which an index answers, in the case that the rows are written in."""
        if term := search_term.strip():
            queryset = queryset.filter(
                Q(recipient__startswith=term.lower()) | Q(reference__startswith=term.upper())
            )
        return queryset, False

    def get_fieldsets(self, request: HttpRequest, obj: OutboxMessage | None = None) -> Any:
        """What came as one mail is named only where there is such a mail."""
        is_joined = obj is not None and (obj.joined_into_id or obj.is_bundle)
        sets = super().get_fieldsets(request, obj)
        return [row for row in sets if is_joined or "together" not in row[1]["fields"]]

    @admin.display(description=_("created"), ordering="id")
    def created(self, obj: OutboxMessage) -> str:
        return _moment(obj.created_at)

    @admin.display(description=_("state"), ordering="state")
    def state_in_words(self, obj: OutboxMessage) -> str:
        if obj.is_held:
            return _("waits until %(when)s for further mails") % {"when": _moment(obj.next_attempt_at)}
        if obj.state == State.WAITING and obj.attempts:
            return _("delayed, next attempt %(when)s") % {"when": _moment(obj.next_attempt_at)}
        return obj.get_state_display()

    @admin.display(description=_("last error"))
    def error(self, obj: OutboxMessage) -> str:
        return obj.last_error[:80]

    @admin.display(description=_("recipients"))
    def to_all(self, obj: OutboxMessage) -> str:
        return ", ".join([*obj.to, *obj.cc, *obj.bcc])

    @admin.display(description=_("together with"))
    def together(self, obj: OutboxMessage) -> SafeString:
        """The parts of a collective mail, or the collective mail that this one is a part of."""
        others = [obj.joined_into] if obj.joined_into else list(obj.parts.order_by("pk"))
        links = [
            (reverse("admin:mail_outboxmessage_change", args=[each.pk]), each.subject) for each in others
        ]
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', links))

    @admin.display(description=_("text"))
    def text(self, obj: OutboxMessage) -> str | SafeString:
        if obj.is_secret:
            return str(_("Confidential: holds a sign-in code or a password link and is not shown."))
        return format_html('<pre class="app-mail-text">{}</pre>', obj.body)

    @admin.display(description=_("attachments"))
    def files(self, obj: OutboxMessage) -> str:
        return ", ".join(obj.attachments.values_list("filename", flat=True)) or "-"

    @admin.display(description=_("history"))
    def timeline(self, obj: OutboxMessage) -> SafeString:
        lines = [
            (
                _moment(datetime.fromisoformat(line["at"])),
                Outcome(line["outcome"]).label,
                f": {line['detail']}" if line["detail"] else "",
            )
            for line in obj.history
        ]
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{} – {}{}</li>", lines))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        message = context["original"]
        if message.can_be_sent_again and self.has_resend_permission(request):
            context["resend_url"] = reverse("admin:mail_outboxmessage_resend", args=[message.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Sending again ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.resend_view)
        return [path("<int:pk>/resend/", view, name="mail_outboxmessage_resend"), *super().get_urls()]

    @method_decorator(require_POST)
    def resend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The button on a mail's page."""
        if not (self.has_view_permission(request) and self.has_resend_permission(request)):
            raise PermissionDenied
        self._send_again(request, [get_object_or_404(OutboxMessage, pk=pk)])
        return redirect("admin:mail_outboxmessage_change", pk)

    @admin.action(description=_("Send again"), permissions=["resend"])
    def send_selected_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        self._send_again(request, list(queryset))

    def _send_again(self, request: HttpRequest, chosen: list[OutboxMessage]) -> None:
        done = 0
        for message in chosen:
            try:
                with transaction.atomic():
                    for told in message.told_of:
                        mail_sent_again.send(OutboxMessage, message=told, by=request.user)
                    outbox.send_again(message, by=str(request.user))
                    self.log_change(request, message, str(_("Send again")))
            except outbox.CannotSendAgain:
                continue
            done += 1
        if done:
            text = ngettext("%(count)d mail is sent again.", "%(count)d mails are sent again.", done)
            messages.success(request, text % {"count": done})
        if refused := len(chosen) - done:
            text = ngettext(
                "%(count)d mail cannot be sent again: it is on its way, it was confidential, or it is not "
                "for this person any more (has left the case, or the account is locked).",
                "%(count)d mails cannot be sent again: they are on their way, they were confidential, or "
                "they are not for these people any more (have left the case, or the account is locked).",
                refused,
            )
            messages.warning(request, text % {"count": refused})


def _moment(moment: datetime | None) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""
