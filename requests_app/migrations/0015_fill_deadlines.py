"""Cases that are open get what the workflow writes by now: when answers are due, when it is very late."""

from datetime import date

from django.db import migrations
from django.utils import timezone

from miglobe.site.working_days import add_working_days

# The shipped settings, where nobody has stored others.
DEFAULTS = {"first_answer_days": 5, "query_answer_days": 10, "offer_answer_days": 3, "first_session_days": 10}
TIME_IN = {
    "submitted": "first_answer_days",
    "in_review": "first_answer_days",
    "matching": "offer_answer_days",
    "matched": "first_session_days",
}
FIELDS = ["answer_due_on", "escalate_on", "answer_kind", "answer_at"]


def fill(apps, schema_editor):
    Case = apps.get_model("requests_app", "Case")
    row = apps.get_model("site", "PortalSettings").objects.filter(pk=1).values(*DEFAULTS).first()
    days = row or DEFAULTS
    changed = []
    for case in Case.objects.filter(closed_at=None).order_by("pk").iterator(chunk_size=1000):
        case.escalate_on = escalates_on(case, days)
        case.answer_due_on = answer_due_on(case, days)
        case.answer_kind, case.answer_at = answer(case)
        changed.append(case)
    Case.objects.bulk_update(changed, FIELDS, batch_size=500)


def escalates_on(case, days) -> date | None:
    if case.due_on is None or case.status not in TIME_IN:
        return None
    return add_working_days(case.due_on, (days[TIME_IN[case.status]] + 1) // 2)


def answer_due_on(case, days) -> date | None:
    if case.status == "query_open":
        return add_working_days(case.paused_on, days["query_answer_days"])
    if case.status == "in_dialogue" and case.options.filter(status="proposed").exists():
        put = case.events.filter(kind="options_proposed").order_by("at").last()
        return add_working_days(timezone.localdate(put.at), days["query_answer_days"]) if put else None
    if case.status in ("in_review", "matching", "matched"):
        offers = case.assignments.filter(status="offered").order_by("answer_due_on")
        return offers.values_list("answer_due_on", flat=True).first()
    return None


def answer(case) -> tuple[str, object]:
    """What came in with the state as it is, or after it."""
    confirmed_at = case.entry_confirmed_at
    if confirmed_at and case.status in ("submitted", "in_review") and confirmed_at > case.status_changed_at:
        return "entry_confirmed", confirmed_at
    kinds = {"in_review": ["query_answered", "offers_exhausted"], "options_agreed": ["options_agreed"]}
    came = case.events.filter(kind__in=kinds.get(case.status, []), at=case.status_changed_at).last()
    if case.status == "in_dialogue" and case.options.filter(status="commented").exists():
        put = case.events.filter(kind__in=["options_proposed", "option_commented"]).order_by("at", "pk").last()
        came = put if put and put.kind == "option_commented" else None
    return (came.kind, came.at) if came else ("", None)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0014_deadlines"), ("site", "0005_offers")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
