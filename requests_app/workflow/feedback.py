"""What the municipality thinks of the consultation once it has ended."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from requests_app import deadlines
from requests_app.models import Case, Feedback
from requests_app.workflow.engine import InvalidTransition, step

ANSWERS = ("helped", "recommends", "missing")


def can_give_feedback(case: Case) -> bool:
    """Whether the three questions may be answered, or the answers changed.

    After the end of a consultation; what was answered can be changed until the first follow-up is asked.
    """
    if case.closed_at is None or case.resolution not in deadlines.AFTER_ADVICE:
        return False
    has_answered = Feedback.objects.filter(case=case, given_at__gte=case.closed_at).exists()
    return not has_answered or not case.follow_ups.filter(asked_at__gte=case.closed_at).exists()


def give_feedback(case: Case, actor: User, *, helped: str, recommends: str, missing: str) -> Feedback:
    """Keep the answers to the three questions; at least one is answered. One row for a case.

    Raises ``InvalidTransition`` also when nothing would change, or when it is too late to change it.
    """
    answers = dict(zip(ANSWERS, (helped, recommends, missing.strip()), strict=True))
    with step("give_feedback", case, actor) as now:
        before = Feedback.objects.filter(case=now.case).first()
        if before and answers == {name: getattr(before, name) for name in ANSWERS}:
            raise InvalidTransition(_("We have these answers already."))
        if not any(answers.values()):
            raise InvalidTransition(_("Please answer at least one of the questions."))
        if not can_give_feedback(now.case):
            raise InvalidTransition(_("These answers cannot be changed any more."))
        given, _is_new = Feedback.objects.update_or_create(
            case=now.case, defaults=answers | {"given_by": actor, "given_at": now.at}
        )
        now.data["changed"] = before is not None
    return given
