"""Cases that were closed before have one follow-up ahead: it becomes a planned round.

Where its day is past it stays what it is, an open task of the coordination: nobody is asked by itself what
became of a consultation long ago. The round is there, left out, so that the coordination can still ask.
"""

from django.db import migrations
from django.utils import timezone

ADVISED = ["options_agreed", "initial_talk_sufficient"]
DAYS_IN_A_MONTH = 30.4


def plan(apps, schema_editor):
    """Take the day that the end of a case had set; a day with a note is the coordination's own."""
    case = apps.get_model("requests_app", "Case")
    follow_up = apps.get_model("requests_app", "FollowUp")
    ended = case.objects.filter(
        status="closed", resolution__in=ADVISED, resubmit_on__isnull=False, resubmission_note=""
    )
    today = timezone.localdate()
    for row in ended.only("closed_at", "resubmit_on"):
        days = (row.resubmit_on - row.closed_at.date()).days
        months = max(1, round(days / DAYS_IN_A_MONTH))
        status = "planned" if row.resubmit_on >= today else "skipped"
        follow_up.objects.create(case=row, months=months, due_on=row.resubmit_on, status=status)
    ended.filter(resubmit_on__gte=today).update(resubmit_on=None)


def give_back(apps, schema_editor):
    """The next planned round is the day of the case again."""
    case = apps.get_model("requests_app", "Case")
    planned = apps.get_model("requests_app", "FollowUp").objects.filter(status="planned")
    for row in planned.order_by("due_on"):
        case.objects.filter(pk=row.case_id, resubmit_on=None).update(resubmit_on=row.due_on)
    planned.delete()


class Migration(migrations.Migration):

    dependencies = [("requests_app", "0028_follow_ups")]

    operations = [migrations.RunPython(plan, give_back)]
