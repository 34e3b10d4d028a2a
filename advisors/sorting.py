"""Names in the order of an alphabet that every database and every browser shares."""

from __future__ import annotations

import unicodedata

# Letters without a decomposition into a base letter and its mark.
_PLAIN = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "æ": "ae"})


def name_key(name: str) -> tuple[str, str]:
    """The sort key of a person's name: the last word of it, then the whole; marks and case do not matter.

    Databases sort by their own locale, or by code points: there “Çelik” would come after “Zimmer”.
    """
    folded = fold(name)
    return folded.rpartition(" ")[2], folded


def fold(text: str) -> str:
    """A text without marks on its letters, in lower case, for sorting and finding."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN).casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
