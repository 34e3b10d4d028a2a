"""The mails about public profiles (see ``miglobe.mail.kinds``)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from advisors.models import Publication
from miglobe.mail.kinds import ASKS, DECISION, NEWS, Kind, Reader, Scene, Values, register


def _profile(scene: Scene) -> Values | None:
    """The newest profile that was given for publication; None while there is none."""
    publication = Publication.objects.select_related("advisor__user").order_by("-pk").first()
    if publication is None:
        return None
    if not publication.review_note:
        publication.review_note = scene.example()  # shown, never saved
    user = publication.advisor.user
    return {"publication": publication, "advisor": publication.advisor, "user": user, "is_change": False}


_TO = Reader.ADVISORS

register(
    Kind("profile_approved", _TO, _("The profile is public"), NEWS, _profile, without_case=True),
    Kind("profile_declined", _TO, _("The profile needs changes"), ASKS, _profile, without_case=True),
    Kind("profile_withdrawn", _TO, _("The profile was taken down"), DECISION, _profile, without_case=True),
    Kind(
        "profile_waiting", Reader.COORDINATION, _("A profile waits for approval"), ASKS, _profile,
        without_case=True,
    ),
)  # fmt: skip
