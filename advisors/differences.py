"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WORDS = re.compile(r"\s+|\S+")


def side_by_side(old: str, new: str) -> tuple[SafeString, SafeString]:
    """Both texts as HTML: in the old one what goes as ``<del>``, in the new one what comes as ``<ins>``."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return (
        _marked("del", [(step[0] == "equal", "".join(before[step[1] : step[2]])) for step in steps]),
        _marked("ins", [(step[0] == "equal", "".join(after[step[3] : step[4]])) for step in steps]),
    )


def _marked(tag: str, parts: list[tuple[bool, str]]) -> SafeString:
    marked = "<{0}>{1}</{0}>"
    return format_html_join(
        "",
        "{}",
        ((text if same else format_html(marked, tag, text),) for same, text in parts if text),
    )
