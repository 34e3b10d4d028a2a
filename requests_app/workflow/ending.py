"""How a case ends, and how it is taken up again."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User
from miglobe.mail.outbox import MailText
from requests_app import notifications
from requests_app.models import Case, CaseStatus, Resolution
from requests_app.workflow import follow_ups
from requests_app.workflow.dates import drop_dates
from requests_app.workflow.engine import InvalidTransition, step
from requests_app.workflow.offers import drop_offers


def close(
    case: Case,
    actor: User,
    *,
    resolution: Resolution,
    text: str = "",
    mail: MailText | None = None,
    offer_mails: Mapping[int, MailText] | None = None,
    same_as: Case | None = None,
    left_out: Collection[int] = (),
    seen: int | None = None,
) -> Case:
    """Close the case. *The first talk was enough* is a normal, good end.

    Where somebody was advised the municipality is asked months later what became of it.

    ``mail`` and ``offer_mails`` (by the assignment's key) replace the composed mails. ``same_as`` is the
    case that this one is a duplicate of. ``left_out``: after how many months it is not asked.
    """
    with step("close", case, actor, seen) as now:
        _check_resolution(now.case, resolution)
        now.set(resolution=resolution)
        planned = follow_ups.plan(now, resolution, left_out)
        now.data |= {"resolution": resolution, "text": text}
        if same_as:
            now.data["same_as"] = same_as.reference
        drop_offers(now, offer_mails)
        drop_dates(now)
        notifications.case_closed(now.case, resolution, text, mail, follow_ups=planned)
    return now.case


def possible_resolutions(case: Case) -> list[Resolution]:
    """The resolutions that ``case`` can be closed with from where it stands."""
    if case.status == CaseStatus.OPTIONS_AGREED:
        return [Resolution.OPTIONS_AGREED]
    others = [Resolution.REFERRED, Resolution.DUPLICATE, Resolution.NO_CAPACITY]
    if case.options.agreed().exists():
        # Reopened and closed again, or the rest of the options came to nothing: what is agreed stays so.
        return [Resolution.OPTIONS_AGREED, *others]
    if case.sessions.exists():
        return [Resolution.INITIAL_TALK_SUFFICIENT, *others]
    # Without any session a request in review is declined, not closed.
    return [] if case.status == CaseStatus.IN_REVIEW else others


def _check_resolution(case: Case, resolution: Resolution) -> None:
    if resolution not in possible_resolutions(case):
        raise InvalidTransition(_("This resolution does not fit the state of the case."))


def reopen(
    case: Case, actor: User, *, text: str = "", mail: MailText | None = None, seen: int | None = None
) -> Case:
    """Go on with a closed case; the follow-ups are planned anew with its next end."""
    with step("reopen", case, actor, seen) as now:
        follow_ups.cancel(now)
        now.set(resubmit_on=None, resubmission_note="")
        now.data["text"] = text
        notifications.case_reopened(now.case, text, mail)
    return now.case


def withdraw(case: Case, actor: User, *, reason: str = "", seen: int | None = None) -> Case:
    """The municipality takes its request back; offers that are out are withdrawn."""
    with step("withdraw", case, actor, seen) as now:
        now.set(resolution=Resolution.WITHDRAWN)
        now.data["reason"] = reason
        drop_offers(now)
        drop_dates(now)
        notifications.case_withdrawn(now.case, reason)
    return now.case
