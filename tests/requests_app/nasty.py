"""Forty texts that people or programs might type, each as it must be read on paper (None: as typed)."""

from __future__ import annotations

NASTY: dict[str, tuple[str, str | None]] = {
    # --- Markup of the compiler ---
    "let": ("#let x = 1", None),
    "import": ('#import "/etc/passwd": *', None),
    "include": ('#include "paper.typ" #read("base.typ")', None),
    "panic": ('#panic("aus") #{ 1/0 }', None),
    "bold and slanted": ("*fett* _schräg_ `roh`", None),
    "reference": ("@verweis <marke> @a.b", None),
    "formula": ("$x^2 + y_1$ und 5 $", None),
    "comment": ("eins // zwei /* drei */ vier", None),
    "backslashes": ("\\ \\\\ \\n \\u{1F600} C:\\Neu\\Test", None),
    "brackets": ("[a] ]] }} {{ (( ))", None),
    "heading": ("= Überschrift\n== Zweite\n- Punkt\n+ Nummer\n/ Begriff: Wert", None),
    "dashes": ("-- --- ... ~ -?", None),
    "quotes": ("\"gerade\" 'einfach' „deutsch“ »spitz« ’s", None),
    "address": ("https://example.org/?a=1&b=<2>#x", None),
    # --- Markup of others ---
    "HTML": ("<script>alert('x')</script> </a> <b>fett</b> &amp; &#60; <!-- x -->", None),
    "end of JSON": ('"}]}, {"kind": "contents"}', None),
    "end of a text in PDF": (") Tj ET (\\) endstream endobj %%EOF", None),
    "template": ("{{ case.pk }} {% url 'x' %} %(name)s %s {number} {total} ${7*7}", None),
    "SQL": ("Robert'); DROP TABLE cases;--", None),
    "formula of a sheet": ("=cmd|' /C calc'!A0", None),
    "at sign of a sheet": ('@SUM(1+1) +49 -2 =HYPERLINK("x")', None),
    "separators": ('a;b,c"d""e|f\ttab', 'a;b,c"d""e|f tab'),
    # --- Names and languages ---
    "Vietnamese": ("Thu-Hà Nguyễn, Đặng Thị Ngọc Ánh", None),
    "Turkish": ("Şükrü Karadağ, İğdır, ışık", None),
    "Polish, Romanian, Czech": ("Łódź, Ștefan Țepeș, Dvořák", None),
    "Greek and Cyrillic": ("Ελλάδα, Київ, Ёлка", None),
    # A letter put together from two signs looks right, but the compiler lets readers find it twice.
    "Yoruba, Hausa, Ewe": ("Ọlá Ṣẹ́gun, Ƙwara, Ŋutsu", "Ọlá Ṣẹ́ẹ́gun, Ƙwara, Ŋutsu"),
    "ligatures": ("Auffinden, Schifffahrt, Pfiff, fi fl ffi ffl", None),
    "combining": ("A\u0308rger, Ñandu\u0301, e\u0301e\u0300e\u0302", None),
    # Drawn from right to left, so the first letter comes last; whoever reads it aloud turns it round.
    "Hebrew": ("שלום", "םולש"),
    "Arabic": ("مرحبا", "ابحرم"),
    "Chinese": ("中文", "[U+4E2D][U+6587]"),
    "emoji": ("Alles gut 😀👩‍👩‍👧", "Alles gut [U+1F600][U+1F469]\u200d[U+1F469]\u200d[U+1F467]"),
    # --- What one does not see ---
    "zero width": ("ein\u200bs zw\u200dei dr\u200cei vi\ufeffer fü\u2060nf", None),
    "directions": ("ab\u202ecd\u202c ef \u2067gh\u2069", "abdcefgh"),
    "soft hyphen and fixed blanks": ("Auf\u00adwand 10\u00a0% 5\u202f000", None),
    "control characters": ("eins\x07zwei\x1b[31mdrei\x85vier\x7f", "einszwei[31mdreivier"),
    "kinds of new lines": ("eins\nzwei\r\ndrei\rvier\u2028fünf\u2029sechs", None),
    # --- Long ones ---
    "long word": ("Donaudampfschifffahrt" * 20, None),
    "3,000 characters": ("Ein Satz mit Wörtern. " * 136, None),
}
assert len(NASTY) == 40
