"""Cells of the list of cases, written without templates: a page has many of each."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.models import Assignment, AssignmentStatus, Case
from requests_app.triage import words


def checkbox(case: Case) -> SafeString:
    """To choose the case for what is done to many at once; Django draws each with a template of its own."""
    return format_html(
        '<input type="checkbox" name="_selected_action" value="{}" class="action-select" aria-label="{}">',
        case.pk,
        _("Choose %(case)s") % {"case": case},
    )


def in_short(case: Case) -> SafeString:
    """Subject with the way to the sheet, who asks, the number, and what is out of the ordinary."""
    row = format_html(
        '<a class="app-row-title" href="{}">{}</a>'
        '<span class="app-sub">{} · <span class="app-ref">{}</span></span>',
        reverse("admin:requests_app_case_change", args=[case.pk]),
        case.headline,
        words.place(case),
        case.reference,
    )
    if case.is_direct or case.direct_unanswered_at:
        row += render_to_string("admin/requests_app/case/direct_badges.html", {"case": case})
    return row + format_html_join("", " {}", ((badge.html,) for badge in _warnings(case)))


def _warnings(case: Case) -> list[words.Badge]:
    """What has to be settled while the case is open. Reads prefetched contacts, and what the list notes."""
    new = getattr(case, "new_messages", 0)
    written = [
        words.Badge(ngettext("One new message", "%(counter)s new messages", new) % {"counter": new}, "info")
    ]
    if not case.is_open:
        return written if new else []
    texts = []
    if case.awaits_confirmation:
        texts.append(_("Entered, not confirmed yet"))
    elif not any(contact.confirmed_at for contact in case.contacts.all()):
        texts.append(_("Address not confirmed"))
    if case.lead_unit_open:
        texts.append(_("To clarify: unit in charge"))
    badges = [*(written if new else []), *(words.Badge(text, "warning") for text in texts)]
    if getattr(case, "has_open_sibling", False):
        badges.append(words.Badge(_("Another case of this municipality is open")))
    return badges


def advice(case: Case) -> SafeString:
    """Who advises or was asked. Reads prefetched assignments."""
    live = [assignment for assignment in case.assignments.all() if assignment.is_live]
    if not live:
        return mark_safe('<span class="app-none">–</span>')
    return format_html_join(
        "",
        '<span class="app-who">{}</span><span class="app-sub">{}, {}</span>',
        ((assignment.advisor, assignment.get_role_display(), _answer(assignment)) for assignment in live),
    )


def _answer(assignment: Assignment) -> str:
    if assignment.status == AssignmentStatus.ACCEPTED:
        return _("has accepted")
    day = date_format(assignment.answer_due_on, "SHORT_DATE_FORMAT")
    return _("asked, answer due %(day)s") % {"day": day}
