"""How a profile becomes public, changes and disappears: consent, approval, withdrawal.

Nothing else makes or changes a ``Publication``. Each function holds the lock of the advisor's row,
checks who acts, writes the log and stores the mails, in one transaction.
"""

from __future__ import annotations

from hashlib import sha256

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisors import notifications, photos
from advisors.models import Advisor, Publication
from miglobe.accounts.models import User
from miglobe.accounts.roles import COORDINATION_ROLES
from miglobe.site.models import PortalSettings

State = Publication.State

CHANGED = gettext_lazy("The profile was changed in the meantime. Please look at it once more.")


class NotPossible(Exception):
    """The step cannot be taken now; ``message`` is a sentence for the person."""

    def __init__(self, message: str | Promise) -> None:
        self.message = message
        super().__init__(str(message))


def consent_text() -> str:
    """The sentence that an advisor agrees to, in the language of the page. It is kept word for word."""
    return _(
        "I agree that the host of this portal, %(host)s, shows my name, my photo, my texts, "
        "my topics, languages, formats, base town and professional experience of countries to everybody on "
        "the internet: in the directory of advisors of MiGlobe and in the request form. This is "
        "voluntary. I can withdraw my consent at any time without giving reasons, here in the portal or with "
        "the coordination; my profile then disappears at once."
    ) % {"host": PortalSettings.load().host_name}


def fingerprint(advisor: Advisor, consent: str) -> str:
    """What somebody who consents has before her eyes, in short: it differs when a word of it does."""
    shown = [advisor.name, *_texts(advisor).values(), advisor.photo_sha256, consent]
    return sha256("\0".join(shown).encode()).hexdigest()


def missing(advisor: Advisor) -> str:
    """What must be filled in before the profile can become public; empty if nothing."""
    if not advisor.user.name.strip():
        return _("The coordination must enter your name first.")
    if not advisor.profile.strip():
        return _("First write what you bring.")
    return ""


def current(advisor: Advisor, *states: State) -> Publication | None:
    """The advisor's publication in one of ``states``, if there is one."""
    return advisor.publications.filter(state__in=[str(state) for state in states]).first()


def has_unpublished_changes(advisor: Advisor, publication: Publication) -> bool:
    """Whether the advisor's texts or photo differ from those of ``publication``."""
    published = {name: getattr(publication, name) for name in _texts(advisor)}
    return published != _texts(advisor) or publication.photo_sha256 != advisor.photo_sha256


@transaction.atomic
def submit_for_publication(
    advisor: Advisor, by: User, *, consent: str, shown: str | None = None
) -> Publication:
    """Record the consent to the profile as it is now, and ask the coordination to approve it.

    ``consent``: the sentence as the person read it. ``shown``: the ``fingerprint`` of what she read.
    A text that still waits is replaced. Raises ``PermissionDenied`` for anybody but the advisor
    (nobody consents for somebody else), ``NotPossible`` when something is missing or has changed.
    """
    advisor = _locked(advisor)
    if by.pk != advisor.user_id or not by.is_active:
        raise PermissionDenied
    if advisor.status != Advisor.Status.ACTIVE:
        raise NotPossible(_("Only active advisors can be in the directory. Please ask the coordination."))
    if why := missing(advisor):
        raise NotPossible(why)
    if shown is not None and shown != fingerprint(advisor, consent):
        raise NotPossible(CHANGED)
    for waiting in advisor.publications.filter(state=State.WAITING):
        _close(waiting, State.REPLACED)
    publication = Publication.objects.create(
        advisor=advisor,
        name=advisor.name,
        photo=advisor.photo.name,
        photo_sha256=advisor.photo_sha256,
        consent_text=consent,
        consented_by=by,
        consented_at=timezone.now(),
        **_texts(advisor),
    )
    _log(by, publication, "Consented to the publication of the profile.")
    notifications.profile_waiting(publication, is_change=current(advisor, State.APPROVED) is not None)
    return publication


@transaction.atomic
def approve(publication: Publication, by: User) -> None:
    """Make a waiting text public in place of the one before.

    Raises ``PermissionDenied`` for anybody who is no coordinator, ``NotPossible`` when it waits no more.
    """
    publication = _waiting(publication, by)
    if publication.advisor.status != Advisor.Status.ACTIVE or not publication.advisor.user.is_active:
        raise NotPossible(_("This person is not active in the pool. The profile cannot become public."))
    for former in publication.advisor.publications.filter(state=State.APPROVED):
        _close(former, State.REPLACED)
    publication.state = State.APPROVED
    publication.reviewed_by, publication.reviewed_at = by, timezone.now()
    publication.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    _log(by, publication, "Approved the public profile.")
    notifications.profile_approved(publication)


@transaction.atomic
def decline(publication: Publication, by: User, note: str) -> None:
    """Give a waiting text back with a ``note`` that the advisor reads. What is public stays.

    Raises ``PermissionDenied`` and ``NotPossible`` as ``approve``, the latter for an empty note, too.
    """
    publication = _waiting(publication, by)
    if not note.strip():
        raise NotPossible(_("Say what should be changed."))
    publication.review_note = note.strip()
    publication.reviewed_by, publication.reviewed_at = by, timezone.now()
    _close(publication, State.DECLINED, "reviewed_by", "reviewed_at", "review_note")
    _log(by, publication, "Returned the public profile.")
    notifications.profile_declined(publication)


@transaction.atomic
def withdraw(advisor: Advisor, by: User) -> None:
    """Take the consent back: what is public and what waits disappears at once.

    The advisor may, and the coordination for her or him. Raises ``PermissionDenied`` for others,
    ``NotPossible`` when there is nothing to withdraw.
    """
    advisor = _locked(advisor)
    if by.pk != advisor.user_id and not _may_review(by):
        raise PermissionDenied
    living = list(advisor.publications.filter(state__in=[State.APPROVED, State.WAITING]))
    if not living:
        raise NotPossible(_("The profile is not public."))
    for publication in living:
        publication.withdrawn_by, publication.withdrawn_at = by, timezone.now()
        _close(publication, State.WITHDRAWN, "withdrawn_by", "withdrawn_at")
    _log(by, living[0], "Withdrew the public profile.")
    if by.pk != advisor.user_id:
        notifications.profile_withdrawn(advisor)


# --- How ------------------------------------------------------------------------------------------


def _texts(advisor: Advisor) -> dict[str, str]:
    """The free texts that become public only with an approval."""
    return {name: getattr(advisor, name) for name in ("profile", "approach", "countries")}


def _may_review(user: User) -> bool:
    return user.is_active and bool(user.roles & COORDINATION_ROLES)


def _locked(advisor: Advisor) -> Advisor:
    return Advisor.objects.select_for_update(of=("self",)).select_related("user").get(pk=advisor.pk)


def _waiting(publication: Publication, by: User) -> Publication:
    """The publication as it is now, if ``by`` may decide about it and it still waits."""
    if not _may_review(by):
        raise PermissionDenied
    _locked(publication.advisor)
    publication = Publication.objects.select_related("advisor__user").get(pk=publication.pk)
    if publication.state != State.WAITING:
        raise NotPossible(CHANGED)
    return publication


def _close(publication: Publication, state: State, *fields: str) -> None:
    """End a publication. Its photo is not shown any more and goes; its fingerprint stays."""
    path = publication.photo.name
    publication.state, publication.photo = state, ""
    publication.save(update_fields=["state", "photo", *fields])
    photos.release([path or ""])


def _log(by: User, publication: Publication, words: str) -> None:
    LogEntry.objects.log_actions(
        by.pk, Advisor.objects.filter(pk=publication.advisor_id), CHANGE, words, single_object=True
    )
