"""The tags of a PDF as a screen reader finds them: what each part is, and its text in reading order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ByteStringObject, ContentStream, TextStringObject


@dataclass
class Element:
    """One element of the structure tree."""

    role: str
    language: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""  # of its own and of what is in it, in reading order
    marks: list[tuple[int, int]] = field(default_factory=list)  # page and number of what was drawn for it

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *roles: str) -> list[Element]:
        return [element for element in self.walk() if element.role in roles]


class Tagged:
    """A PDF read by its tags."""

    def __init__(self, document: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(document))
        self.root: Any = self.reader.trailer["/Root"]
        self._pages = {page.indirect_reference.idnum: n for n, page in enumerate(self.reader.pages)}  # type: ignore[union-attr]
        self.drawn: dict[tuple[int, int], str] = {}  # in the order in which it is drawn
        self.languages: dict[
            tuple[int, int], str
        ] = {}  # of what says its own, other than that of its element
        for number, page in enumerate(self.reader.pages):
            self._read(number, page)
        top = self.root["/StructTreeRoot"]["/K"]
        self.document = self._element((top[0] if isinstance(top, list) else top).get_object(), None)

    @property
    def xmp(self) -> str:
        data: bytes = self.root["/Metadata"].get_data()
        return data.decode()

    def texts(self, *roles: str) -> list[str]:
        return [element.text for element in self.document.all(*roles)]

    def _element(self, node: Any, page: Any) -> Element:
        page = node.get("/Pg", page)
        attributes: dict[str, Any] = {}
        owned = node.get("/A", [])
        for each in owned if isinstance(owned, list) else [owned]:
            attributes |= dict(each.get_object())
        made = Element(str(node.get("/S", ""))[1:], str(node.get("/Lang", "")), attributes)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            self._add(made, kid.get_object(), page)
        return made

    def _add(self, to: Element, kid: Any, page: Any) -> None:
        if isinstance(kid, int):
            number = self._pages[page.indirect_reference.idnum]
            to.marks.append((number, int(kid)))
            to.text += self.drawn[(number, int(kid))]
        elif kid.get("/Type") == "/MCR":
            self._add(to, kid["/MCID"], kid.get("/Pg", page))
        elif "/S" in kid:
            child = self._element(kid, page)
            to.children.append(child)
            to.marks += child.marks
            to.text += child.text

    def _read(self, number: int, page: Any) -> None:
        """Note the text of every marked piece of a page."""
        fonts = {name: _letters(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
        open_marks: list[tuple[str, int | None]] = []
        font = ""
        for operands, operator in ContentStream(page.get_contents(), self.reader).operations:
            if operator in (b"BDC", b"BMC"):
                properties = operands[1] if len(operands) > 1 else {}
                mark = properties.get("/MCID") if hasattr(properties, "get") else None
                actual = properties.get("/ActualText") if hasattr(properties, "get") else None
                open_marks.append((str(operands[0]), mark if actual is None else None))
                current = next((m for _t, m in reversed(open_marks) if m is not None), None)
                if mark is not None:
                    self.drawn.setdefault((number, int(mark)), "")
                    self.languages[(number, int(mark))] = str(properties.get("/Lang", ""))
                if actual is not None:
                    open_marks[-1] = ("actual", None)
                    if current is not None:
                        self.drawn[(number, int(current))] += str(actual)
            elif operator == b"EMC":
                open_marks.pop()
            elif operator == b"Tf":
                font = operands[0]
            elif operator in (b"Tj", b"TJ"):
                self._draw(number, open_marks, fonts[font], operands[0])

    def _draw(
        self, number: int, open_marks: list[tuple[str, int | None]], letters: dict[int, str], shown: Any
    ) -> None:
        current = next((m for _tag, m in reversed(open_marks) if m is not None), None)
        if any(tag == "actual" for tag, _m in open_marks):
            return
        if current is None:
            # Whatever is no part of the text says so: it is an artifact.
            assert any(tag == "/Artifact" for tag, _m in open_marks), "drawn without a mark"
            return
        for piece in shown if isinstance(shown, list) else [shown]:
            if isinstance(piece, ByteStringObject | TextStringObject):
                raw = piece.original_bytes
                codes = [raw[n] * 256 + raw[n + 1] for n in range(0, len(raw), 2)]
                self.drawn[(number, int(current))] += "".join(letters.get(code, "\ufffd") for code in codes)


def _letters(font: Any) -> dict[int, str]:
    """What the numbers of a font's signs stand for (its ToUnicode)."""
    source = font["/ToUnicode"].get_object().get_data().decode()
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for low, high, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            first = ord(bytes.fromhex(text).decode("utf-16-be"))
            found |= {n: chr(first + n - int(low, 16)) for n in range(int(low, 16), int(high, 16) + 1)}
    return found
