"""The mail that the public pages send (see ``miglobe.mail.kinds``)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from miglobe.mail.kinds import ALONE, Kind, Reader, register

# To the host's address.
register(Kind("barrier_report", Reader.COORDINATION, _("Report of a barrier"), ALONE))
