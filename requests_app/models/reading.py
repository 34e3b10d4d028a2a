"""Cases as readers see them: the same rows, opened by a list of their own that shows no personal data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from requests_app.models.request import Case


class CaseOverview(Case):
    """A case in the readers' list. It has no page, and no permissions of its own (``read_cases``)."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("case in figures")
        verbose_name_plural = _("cases in figures")
