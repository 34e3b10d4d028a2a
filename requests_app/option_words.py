"""What an action option says in sentences: for its pages, its mails and its papers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from requests_app.models import ActionOption, Effort, LibraryOption


def financial_effects(option: ActionOption | LibraryOption) -> str:
    """The line "financial effects" of a council paper: as written, else what follows from the effort.

    What follows is careful on purpose: whoever knows an amount writes it down.
    """
    if option.financial_effects:
        return option.financial_effects
    return {
        Effort.LOW: _("None. The existing means are enough."),
        Effort.MEDIUM: _("No additional funds. Some person-days of existing staff are needed."),
        Effort.HIGH: _("Funds or a resolution are needed. The amount is still to be determined."),
    }[Effort(option.effort)]
