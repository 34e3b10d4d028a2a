"""What a paper is made of: blocks, one below the other, which ``templates/pdf/paper.typ`` draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from requests_app.answers import Row

# The kind of a block and what it holds; it goes to the compiler as JSON.
type Block = dict[str, Any]
type Value = str | Sequence[str]

# What is longer stands below its label, over the whole width of the page.
SHORT = 160
# Lines that are moved to the next page rather than divided; a page has about 48.
KEPT_TOGETHER = 26


class Typed(str):
    """What somebody typed: it comes in the language of the case, whatever the paper's own is."""

    __slots__ = ()


def typed_lines(*texts: str) -> list[str]:
    """What was typed, a line each; what was left empty is left out."""
    return [Typed(text) for text in texts if text]


def heading(text: str, level: int = 2) -> Block:
    """A heading, and a bookmark. Level 1 is the title of the paper; no level is left out."""
    return {"kind": "heading", "level": level, "text": text}


def text(words: str) -> Block:
    return {"kind": "text", "text": words}


def small(words: str) -> Block:
    """A remark, in smaller letters."""
    return {"kind": "small", "text": words}


def items(entries: Iterable[Value]) -> Block:
    return {"kind": "list", "items": list(entries)}


def facts(*rows: tuple[str, Value]) -> Block:
    """Labels and their values side by side; what has no value is left out."""
    return {"kind": "facts", "rows": [row for row in rows if row[1]]}


def table(columns: Iterable[tuple[str, int]], rows: Iterable[Sequence[Value]]) -> Block:
    """A table with its header on every page. Each column: label and share of the width, 0 for no more
    than it needs."""
    labels, widths = zip(*columns, strict=True)
    return {"kind": "table", "columns": labels, "widths": widths, "rows": list(rows)}


def marked(*blocks: Block) -> Block:
    """Blocks with a stroke beside them: what is not meant for everybody who has the rest."""
    return {"kind": "marked", "blocks": blocks}


def together(*blocks: Block) -> Block:
    """Blocks that stand on one page, unless they are long."""
    lines = sum(_lines(block) for block in blocks)
    return {"kind": "together", "breaks": lines > KEPT_TOGETHER, "blocks": blocks}


def _lines(block: Block) -> int:
    """About how many lines a text, facts or a table of short rows take."""
    if block["kind"] == "table":
        return 2 * len(block["rows"]) + 2
    texts = [block["text"]] if "text" in block else [each for _label, each in block.get("rows", ())]
    flat = [text if isinstance(text, str) else "\n".join(text) for text in texts]
    return sum(len(text) // 50 + text.count("\n") + 1 for text in flat)


def contents(title: str) -> Block:
    """A heading, and below it the paper's headings with the numbers of their pages."""
    return {"kind": "contents", "text": title}


def answers(rows: Iterable[Row], level: int) -> list[Block]:
    """Answers of a request: short ones beside their labels, long ones below a heading of ``level``."""
    made: list[Block] = []
    beside: list[tuple[str, Value]] = []
    for label, value in rows:
        typed: Value = Typed(value) if isinstance(value, str) else [Typed(each) for each in value]
        if not isinstance(value, str) or len(value) <= SHORT and "\n" not in value:
            beside.append((label, typed))
            continue
        if beside:
            made.append(facts(*beside))
        beside = []
        made += [heading(label, level), text(Typed(value))]
    return [*made, facts(*beside)] if beside else made
