"""An agreed option worded for the library: without the names of the municipality, of places and of people."""

from __future__ import annotations

from django.utils.translation import gettext as _

from requests_app import summary
from requests_app.models import ActionOption, Case

# What the library keeps of an option; a date belongs to one place alone.
FIELDS = (
    "goal",
    "title",
    "description",
    "first_step",
    "responsible_unit",
    "partners",
    "effort",
    "financial_effects",
    "horizon",
    "indicator",
)
_TEXTS = [name for name in FIELDS if name not in ("goal", "effort", "horizon")]


def draft(option: ActionOption) -> dict[str, str]:
    """A first wording of ``option``: names are gaps ("[…]") for the coordination to fill, any unit."""
    worded: dict[str, str] = {name: getattr(option, name) for name in FIELDS}
    advisors = _advisors(option.case)
    for name in _TEXTS:
        text = summary.for_offer(worded[name], option.case, is_confidential=True)
        for advisor in advisors:
            text = text.replace(advisor, summary.REMOVED)
        worded[name] = text
    return worded | {"responsible_unit": _("The municipality decides")}


def found_in(wording: dict[str, str], case: Case) -> list[str]:
    """The names of places and people that ``wording`` still says, and gaps that are still open; each once."""
    text = "\n".join(wording[name] for name in _TEXTS)
    found = summary.found_in(text, case, is_confidential=True)
    found += [name for name in _advisors(case) if name in text]
    if summary.REMOVED in text:
        found.append(summary.REMOVED)
    return list(dict.fromkeys(found))


def _advisors(case: Case) -> list[str]:
    """The names of everybody who was asked to advise the case, or advises it."""
    return [a.advisor.name for a in case.assignments.select_related("advisor__user")]
