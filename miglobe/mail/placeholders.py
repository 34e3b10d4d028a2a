"""Placeholders in the texts that the coordination keeps: ``[[Vorgangsnummer]]``, and nothing else.

This is no template language. A text may name what stands in a closed list; each name is replaced
once by a value that was made beforehand, and neither the text nor a value is ever evaluated. What
looks like a template, ``{{ settings.SECRET_KEY }}``, is text like any other.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable

from django.utils.translation import gettext as _

# A name in two pairs of square brackets, on one line.
_PLACEHOLDER = re.compile(r"\[\[([^\[\]\n]*)\]\]")
_BRACKETS = re.compile(r"\[\[|\]\]")


def written(name: str) -> str:
    """The placeholder as one types it."""
    return f"[[{name}]]"


def same(name: str) -> str:
    """A name as it is compared: large and small letters, and blanks, make no difference."""
    return " ".join(name.split()).casefold()


def used_in(text: str) -> list[str]:
    """The names of all placeholders of ``text`` as they are typed, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def problems(text: str, allowed: Iterable[str], accepts: Callable[[str], bool] | None = None) -> list[str]:
    """What is wrong with the placeholders of ``text``, in sentences for whoever typed it.

    ``allowed``: the names one may use; ``accepts`` says yes to further ones, if they follow a rule.
    """
    names = list(allowed)
    known = {same(name) for name in names}
    wrong = [
        name for name in used_in(text) if same(name) not in known and not (accepts and accepts(same(name)))
    ]
    found = [_unknown(name, names) for name in wrong]
    if _BRACKETS.search(_PLACEHOLDER.sub("", text)):
        found.append(
            _(
                "A pair of brackets is not closed, or has no partner. A placeholder looks like this: "
                "%(example)s."
            )
            % {"example": written(names[0]) if names else "[[…]]"}
        )
    return found


def _unknown(name: str, allowed: list[str]) -> str:
    near = difflib.get_close_matches(same(name), [same(each) for each in allowed], n=1, cutoff=0.6)
    values = {
        "name": written(name),
        "allowed": ", ".join(written(each) for each in allowed),
        "near": next((written(each) for each in allowed if near and same(each) == near[0]), ""),
    }
    if near:
        return _("%(name)s is not known. Did you mean %(near)s? Possible are: %(allowed)s.") % values
    if not allowed:
        return _("%(name)s is not known. This text has no placeholders.") % values
    return _("%(name)s is not known. Possible are: %(allowed)s.") % values


def missing(text: str, needed: Collection[str]) -> list[str]:
    """The names of ``needed`` that ``text`` leaves out."""
    there = {same(name) for name in used_in(text)}
    return [name for name in needed if same(name) not in there]


def fill(text: str, value_of: Callable[[str], str]) -> str:
    """``text`` with its placeholders replaced, each by ``value_of`` its name.

    A placeholder that is alone on its line and has no value takes the line with it, so that no gap
    is left. Values are put in as they are: brackets in them are text.
    """
    values = {name: value_of(name).strip("\n") for name in used_in(text)}
    for name, value in values.items():
        if not value.strip():
            text = _without_line(text, name)
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def _without_line(text: str, name: str) -> str:
    """Without the lines that hold this placeholder alone; the wider gap of both sides stays."""
    line = re.compile(rf"(?:\A|(\n+))[ \t]*{re.escape(written(name))}[ \t]*(?:(\n+)|\Z)")

    def gap(found: re.Match[str]) -> str:
        before, after = found.group(1), found.group(2)
        return max(before, after, key=len) if before and after else ""

    while (shorter := line.sub(gap, text, count=1)) != text:
        text = shorter
    return text
