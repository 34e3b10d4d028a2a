"""The dialogue: the sessions that were held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import User
from requests_app.models import AssignmentStatus, Case, CaseStatus, DialogueSession
from requests_app.workflow.engine import InvalidTransition, step
from requests_app.workflow.redaction import check_marks


@transaction.atomic
def log_session(
    case: Case, actor: User, *, fields: dict[str, Any], advisors: Iterable[Advisor], form_key: UUID
) -> DialogueSession:
    """Log a session that was held. The first one starts the dialogue.

    ``fields`` are those of ``DialogueSession``; ``form_key`` is the key of the form it was typed
    in: saved twice over a bad line, it is one session.
    """
    # Under the lock: the second of two sends waits here until the first has logged its session.
    status = Case.objects.select_for_update().get(pk=case.pk).status
    earlier = DialogueSession.objects.filter(form_key=form_key, case=case, recorded_by=actor).first()
    if earlier:
        return earlier
    key = "hold_first_session" if status == CaseStatus.MATCHED else "log_session"
    with step(key, case, actor) as now:
        if DialogueSession.objects.filter(form_key=form_key).exists():
            raise InvalidTransition(_("This session has been logged already."))
        present = _check_present(now.case, advisors)
        session = DialogueSession.objects.create(
            case=now.case, recorded_by=actor, form_key=form_key, **fields
        )
        session.advisors.set(present)
        now.data |= {"session": session.pk, "date": session.date}
    return session


def correct_session(
    session: DialogueSession, actor: User, *, fields: dict[str, Any], advisors: Iterable[Advisor]
) -> DialogueSession:
    """Correct a logged session; the event names the fields that changed. Only who logged it may."""
    with step("correct_session", session.case, actor) as now:
        if session.recorded_by_id != actor.pk:
            raise InvalidTransition(_("Only the person who logged a session can correct it."))
        session = DialogueSession.objects.get(pk=session.pk)
        changed = [name for name, value in fields.items() if getattr(session, name) != value]
        for name in {"shared_minutes", "private_notes"}.intersection(changed):
            check_marks(getattr(session, name), fields[name])
        for name in changed:
            setattr(session, name, fields[name])
        session.save(update_fields=changed)
        session.advisors.set(_check_present(now.case, advisors))
        now.data |= {"session": session.pk, "changed": changed}
    return session


def _check_present(case: Case, advisors: Iterable[Advisor]) -> list[Advisor]:
    present = list(advisors)
    engaged = set(
        case.assignments.filter(
            status__in=[str(AssignmentStatus.ACCEPTED), str(AssignmentStatus.ENDED)]
        ).values_list("advisor_id", flat=True)
    )
    if not present or {advisor.pk for advisor in present} - engaged:
        raise InvalidTransition(_("Choose who of the case's advisors was present."))
    return present
