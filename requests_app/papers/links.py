"""Where a page offers papers: each in the language of the page, and in the other one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from advisors.models import Advisor
from requests_app.models import ActionOption, Case, DialogueSession
from requests_app.papers.result_note import has_result
from requests_app.papers.service_record import has_service


@dataclass(frozen=True)
class Link:
    """A paper to be saved."""

    label: str
    url: str
    # The same paper in the other language.
    other_url: str
    other_language: str

    @property
    def other_label(self) -> str:
        return _("in English") if self.other_language == "en" else _("in German")


def links(
    case: Case,
    options: Iterable[ActionOption],
    sessions: Sequence[DialogueSession],
    address: Callable[[str], str],
    *,
    advisor: Advisor | None = None,
) -> list[Link]:
    """The papers that there are of a case with these options and sessions.

    ``address``: that of a paper by its name, in the language that is on. ``advisor``: for her or him alone.
    """
    there = {
        "result_note": (has_result(case, options, sessions), _("Result note")),
        "service_record": (has_service(sessions, advisor), _("Service record")),
    }
    return [link(label, name, address) for name, (is_there, label) in there.items() if is_there]


def link(label: str, name: str, address: Callable[[str], str]) -> Link:
    """The paper called ``name``; ``address`` as for ``links``."""
    current = get_language() or settings.LANGUAGE_CODE
    other = next(code for code, _name in settings.LANGUAGES if code != current)
    with override(other):
        other_url = address(name)
    return Link(label, address(name), other_url, other)
