"""The message catalogues: `python tools/messages.py update | merge FILE… | compile | check`.

update   write the strings of our code and templates into locale/de/LC_MESSAGES/django.po
merge    fill in translations from JSON files: {"msgid": "Deutsch"}, plurals ["eins", "viele"];
         a msgid with a context is written "context|msgid"
compile  write django.mo, which is not committed: `make` and the Dockerfile call this
check    fail with a list when anything of this is out of step
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
CODE = ["miglobe", "advisors", "requests_app"]
TEMPLATES = ["templates", *CODE]
KEYWORDS: dict[str, tuple | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Always the same (Babel would write the date), so that a change of a string is the only change in the file.
HEADER = """\
# The German of the portal. The strings are written by `make messages`, the translations by hand.
msgid ""
msgstr ""
"Project-Id-Version: MiGlobe\\n"
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def sources() -> Iterator[tuple[Path, io.BytesIO]]:
    """Every file with strings, as Python source; templates are turned into it by Django."""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, io.BytesIO(path.read_bytes())
    os.environ["TESTING"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miglobe.settings")
    sys.path.insert(0, str(ROOT))
    from django.utils.translation.template import templatize  # `compile` must work without Django

    for folder in TEMPLATES:
        for pattern in ("*.html", "*.txt"):
            for path in sorted((ROOT / folder).rglob(pattern)):
                # What is not a string comes out as X; its indentation would be wrong in Python.
                lines = templatize(path.read_text(), origin=str(path)).splitlines()
                yield path, io.BytesIO("\n".join(line.strip() for line in lines).encode())


def extracted() -> Catalog:
    """The strings of the sources, untranslated."""
    catalog = Catalog(locale="de", charset="utf-8")
    for path, source in sources():
        try:
            found = list(extract("python", source, KEYWORDS, ["Translators:"]))
        except SyntaxError as error:
            raise SystemExit(f"{path.relative_to(ROOT)}: cannot be read: {error}") from error
        for _line, message, _comments, context in found:
            catalog.add(message, context=context)
    return catalog


def stored() -> Catalog:
    """The catalogue in locale/."""
    if not PO.exists():
        return Catalog(locale="de", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="de")


def key(message: Message) -> tuple[str, str]:
    """What tells one message from another: its context and its (singular) text."""
    return message.context or "", forms(message.id)[0]


def messages(catalog: Catalog) -> dict[tuple[str, str], Message]:
    """Every message but the header."""
    return {key(message): message for message in catalog if message.id}


def forms(texts: str | Sequence[str] | None) -> list[str]:
    """The text, or the texts of a plural, as a list."""
    return [texts] if isinstance(texts, str) else list(texts or [""])


def is_translated(message: Message) -> bool:
    """Whether every form of the message has a translation."""
    return all(forms(message.string))


def text_of(catalog: Catalog) -> bytes:
    """The catalogue as a .po file, sorted, without dates, places or obsolete strings."""
    catalog.obsolete.clear()
    file = io.BytesIO()
    write_po(file, catalog, width=110, no_location=True, sort_output=True, omit_header=True)
    return HEADER.encode() + file.getvalue()


def updated() -> Catalog:
    """The strings of the sources with the translations that are stored."""
    old, catalog = messages(stored()), extracted()
    for name, message in messages(catalog).items():
        before = old.get(name)
        if before and isinstance(before.id, str) == isinstance(message.id, str):
            message.string = before.string
    return catalog


def write(catalog: Catalog) -> None:
    """Store the catalogue and say how complete it is."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(text_of(catalog))
    every = messages(catalog).values()
    missing = sum(not is_translated(message) for message in every)
    print(f"{PO.relative_to(ROOT)}: {len(every)} strings, {missing} without German")


def merge(paths: list[str]) -> None:
    """Fill in the translations of JSON files; the later one wins, and unknown strings are named."""
    catalog = updated()
    known = messages(catalog)
    for path in paths:
        # Inside blocktranslate people read {{ name }}; the catalogue holds %(name)s.
        text = re.sub(r"\{\{ *(\w+) *\}\}", r"%(\1)s", Path(path).read_text())
        for msgid, german in json.loads(text).items():
            message = known.get(("", msgid)) or known.get(tuple(msgid.split("|", 1)))
            if message is None:
                print(f"{path}: no longer in the sources: {msgid}")
            elif isinstance(message.id, str) != isinstance(german, str):
                raise SystemExit(f"{path}: give one text, or two for a plural: {msgid}")
            else:
                message.string = german if isinstance(german, str) else tuple(german)
    write(catalog)


def compiled() -> bytes:
    """The .mo file of the stored catalogue."""
    catalog, file = stored(), io.BytesIO()
    # Babel would write the present minute, and `check` would see a change.
    catalog.creation_date = datetime.fromtimestamp(0, tz=UTC)
    write_mo(file, catalog)
    return file.getvalue()


def problems() -> Iterator[str]:
    """Everything that is out of step, one sentence each."""
    old, new = messages(stored()), messages(extracted())
    for name in sorted(new.keys() - old.keys()):
        yield f"not in the catalogue (run `make messages`): {name[1]!r}"
    for name in sorted(old.keys() - new.keys()):
        yield f"in the catalogue, but no longer in the sources (run `make messages`): {name[1]!r}"
    for name in sorted(old.keys() & new.keys()):
        message = old[name]
        if message.fuzzy:
            yield f"marked fuzzy: {name[1]!r}"
        if not is_translated(message):
            yield f"has no German: {name[1]!r}"
        elif placeholders(message.id) != placeholders(message.string):
            yield f"has other placeholders in German: {name[1]!r}"
    if PO.exists() and PO.read_bytes() != text_of(updated()):
        yield f"{PO.relative_to(ROOT)} is not as `make messages` writes it"
    if not MO.exists() or MO.read_bytes() != compiled():
        yield f"{MO.relative_to(ROOT)} is not compiled from the catalogue (run `make messages`)"


def placeholders(texts: str | Sequence[str] | None) -> set[str]:
    """The names that are filled in, of all forms together: a singular may leave its number out."""
    return set(PLACEHOLDER.findall(" ".join(forms(texts))))


def main(command: str = "", *paths: str) -> int:
    """Do one of the four commands; the exit code tells whether all is well."""
    if command == "update":
        write(updated())
    elif command == "merge" and paths:
        merge(list(paths))
    elif command == "compile":
        MO.write_bytes(compiled())
    elif command == "check":
        found = list(problems())
        print("\n".join(found) or "The catalogue is complete.")
        return int(bool(found))
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
