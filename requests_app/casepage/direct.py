"""A municipality that asked an advisor by name reads the name: they chose it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from requests_app.models import Assignment, AssignmentStatus, Case, CaseStatus

S = CaseStatus

# What happens next with the day (``%(day)s``), and the same without one. Both know ``%(name)s``.
Sentences = tuple[str, str]


def sentences(case: Case) -> Sentences | None:
    """What happens next with a direct enquiry; None where it goes on like any other request.

    Reads prefetched assignments and the preferred advisor.
    """
    if not case.is_direct or case.preferred_advisor is None:
        return None
    asked: list[Assignment] = list(case.assignments.all())
    if not asked and case.state in (S.SUBMITTED, S.IN_REVIEW):
        return (
            _("%(name)s cannot be asked at present. The coordination gets in touch with you by %(day)s."),
            _("%(name)s cannot be asked at present. The coordination gets in touch with you."),
        )
    if not asked or not asked[-1].is_direct:
        return None
    return _by_answer(case, AssignmentStatus(asked[-1].status))


def _by_answer(case: Case, status: AssignmentStatus) -> Sentences | None:
    if case.state == S.MATCHING and status == AssignmentStatus.OFFERED:
        return (
            _("We have asked %(name)s. We expect an answer by %(day)s."),
            _("We have asked %(name)s, and tell you as soon as there is an answer."),
        )
    if case.state == S.IN_REVIEW and status == AssignmentStatus.DECLINED:
        return (
            _(
                "%(name)s cannot take on your consultation. The coordination looks for somebody else and "
                "gets in touch with you by %(day)s."
            ),
            _(
                "%(name)s cannot take on your consultation. The coordination looks for somebody else and "
                "gets in touch with you."
            ),
        )
    if case.state == S.IN_REVIEW and status == AssignmentStatus.EXPIRED:
        return (
            _(
                "%(name)s has not answered. The coordination takes care of your request and gets in touch "
                "with you by %(day)s."
            ),
            _(
                "%(name)s has not answered. The coordination takes care of your request and gets in touch "
                "with you."
            ),
        )
    return None
