"""Django's own strings that its German catalogue lacks or words otherwise than we do.

They stand here so that `make messages` finds them; our catalogue comes before Django's. Those of
the admin's scripts have a catalogue of their own in Django: `AdminScriptCatalog` hands them out.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop, ngettext, override
from django.views.i18n import JavaScriptCatalog

PAGES = [
    gettext_noop("- Select an option -"),
    gettext_noop("Run"),
    gettext_noop("History"),
    gettext_noop("Save"),
    gettext_noop("Save and continue editing"),
    gettext_noop("Save and add another"),
    gettext_noop("Filter by %(field_name)s"),
    gettext_noop("Search %(name)s"),
    gettext_noop("Pagination %(name)s"),
    gettext_noop("Pagination %(name)s entries"),
    gettext_noop(
        "Deleting the %(object_name)s “%(escaped_object)s” would result in deleting related objects, but "
        "your account doesn't have permission to delete the following types of objects:"
    ),
    gettext_noop(
        "Deleting the %(object_name)s “%(escaped_object)s” would require deleting the following protected "
        "related objects:"
    ),
    gettext_noop(
        "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? All of the following "
        "related items will be deleted:"
    ),
]

SCRIPTS = [
    gettext_noop('Choose %s by selecting them and then select the "Choose" arrow button.'),
    gettext_noop("Choose all %s"),
    gettext_noop("Choose selected %s"),
    gettext_noop('Remove %s by selecting them and then select the "Remove" arrow button.'),
    gettext_noop("Remove selected %s"),
    gettext_noop("Remove all %s"),
    gettext_noop("(click to clear)"),
    gettext_noop(
        "You have selected an action, and you haven’t made any changes on individual fields. You’re "
        "probably looking for the Run button rather than the Save button."
    ),
    gettext_noop("server"),
    gettext_noop("Today (%(date)s)"),
    gettext_noop("Yesterday (%(date)s)"),
    gettext_noop("Tomorrow (%(date)s)"),
    gettext_noop("Previous (%(month)s %(year)s)"),
    gettext_noop("Next (%(month)s %(year)s)"),
    gettext_noop("%(month)s %(day)s, %(year)s"),
    gettext_noop("%s (today, current selection)"),
    gettext_noop("%s (today)"),
    gettext_noop("%s (current selection)"),
]


# The key is the singular; a script chooses the form by the number of hours.
def _ahead(hours: int) -> str:
    return ngettext(
        "Note: Enter times in the %(timezone)s timezone. (You are %(offset)s hour ahead.)",
        "Note: Enter times in the %(timezone)s timezone. (You are %(offset)s hours ahead.)",
        hours,
    )


def _behind(hours: int) -> str:
    return ngettext(
        "Note: Enter times in the %(timezone)s timezone. (You are %(offset)s hour behind.)",
        "Note: Enter times in the %(timezone)s timezone. (You are %(offset)s hours behind.)",
        hours,
    )


def _plurals() -> dict[str, list[str]]:
    forms = {}
    for sentence in (_ahead, _behind):
        with override(None):
            key = sentence(1)
        forms[key] = [sentence(1), sentence(2)]
    return forms


class AdminScriptCatalog(JavaScriptCatalog):
    """The strings of the admin's scripts: Django's, completed from our catalogue."""

    packages = ["django.contrib.admin"]

    def get_catalog(self) -> dict[str, Any]:
        ours = {text: gettext(text) for text in SCRIPTS}
        return {**super().get_catalog(), **ours, **_plurals()}
