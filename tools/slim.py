"""A style sheet without the rules and properties that our pages never use.

KERN brings everything that any administration may need; a page of the form is to load in a moment on an
old line. A rule stays when one of its selectors names only classes that occur in our templates, code or
scripts; a custom property stays when something still refers to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import tinycss2
from tinycss2.ast import Node

ROOT = Path(__file__).resolve().parent.parent
# Where classes are written, and where our own rules refer to properties.
SOURCES = ["templates/**/*.html", "miglobe/**/*.py", "advisors/**/*.py", "requests_app/**/*.py"]
SOURCES += ["static/js/*.js", "static/css/**/*.css"]

_CLASS = re.compile(r"kern-[\w-]+")
_CLASS_IN_SELECTOR = re.compile(r"\.(kern-[\w-]+)")
_CHOICE = re.compile(r":(?:where|is|not)\([^()]*\)")
_REFERENCE = re.compile(r"var\(\s*(--[\w-]+)")
_NESTING = frozenset({"media", "supports", "layer", "container"})


def slim(css: str, sources: str) -> str:
    """``css`` without what ``sources`` (all our files in one text) never use."""
    names = set(_CLASS.findall(sources))
    known = Known(names)
    text = "".join(_kept(_rules(css), known))
    while True:
        referred = set(_REFERENCE.findall(text + sources))
        fewer = "".join(_with_properties(_rules(text), referred))
        if fewer == text:
            return text
        text = fewer


def read_sources() -> str:
    """All files that may name a class or refer to a property."""
    paths = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


class Known:
    """Which classes are in use. A name that ends in a hyphen is completed when a page is drawn."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._beginnings = tuple(name for name in names if name.endswith("-"))

    def all_of(self, selector: str) -> bool:
        classes = _CLASS_IN_SELECTOR.findall(_without_choices(selector))
        return all(name in self._names or name.startswith(self._beginnings) for name in classes)


def _without_choices(selector: str) -> str:
    """``selector`` without :where(:root, .kern-dark) and the like, which match without the class, too."""
    while (fewer := _CHOICE.sub("", selector)) != selector:
        selector = fewer
    return selector


def _rules(css: str | Iterable[Node]) -> list[Node]:
    if isinstance(css, str):
        found: list[Node] = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    else:
        found = tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)
    for rule in found:
        if rule.type == "error":
            raise ValueError(f"not understood at line {rule.source_line}: {rule.message}")
    return found


def _is_nest(rule: Node) -> bool:
    return rule.type == "at-rule" and rule.lower_at_keyword in _NESTING and rule.content is not None


def _nest(rule: Node, inside: Iterable[str]) -> Iterator[str]:
    content = "".join(inside)
    if content:
        yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{content}}}"


def _kept(rules: Iterable[Node], known: Known) -> Iterator[str]:
    """The rules whose classes are known, each with those of its selectors that can match."""
    for rule in rules:
        if _is_nest(rule):
            yield from _nest(rule, _kept(_rules(rule.content), known))
        elif rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if known.all_of(one)]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: Iterable[Node]) -> list[str]:
    """A list of selectors, one by one; commas within brackets do not part them."""
    parts: list[list[Node]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _with_properties(rules: Iterable[Node], referred: set[str]) -> Iterator[str]:
    """The rules without custom properties that nothing refers to; rules that are empty then fall away."""
    for rule in rules:
        if _is_nest(rule):
            yield from _nest(rule, _with_properties(_rules(rule.content), referred))
        elif rule.type == "qualified-rule":
            declarations = tinycss2.parse_blocks_contents(
                rule.content, skip_comments=True, skip_whitespace=True
            )
            kept = [d for d in declarations if not (d.name.startswith("--") and d.name not in referred)]
            if kept:
                body = ";".join(each.serialize().rstrip(";") for each in kept)
                yield f"{tinycss2.serialize(rule.prelude)}{{{body}}}"
        else:
            yield rule.serialize()
