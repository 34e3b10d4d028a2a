"""Files as somebody with bad intent, or bad luck, would send them, each with the answer it gets."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

from requests_app import filetypes
from requests_app.models import DocumentType
from tests.requests_app import files

T = DocumentType
HTML = b"<!DOCTYPE html><html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\0" + bytes(60) + b"PE\0\0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)

UNKNOWN = (
    "Den Typ der Datei „{}“ können wir nicht annehmen. Speichern Sie sie als PDF, DOCX, ODT, XLSX, ODS, JPG "
    "oder PNG."
)
BROKEN = (
    "Die Datei „{}“ ist beschädigt oder unvollständig. Öffnen Sie sie, speichern Sie sie neu und wählen Sie "
    "sie noch einmal aus."
)
OLD = (
    "Die Datei „{}“ hat ein altes Office-Format oder ist mit einem Kennwort geschützt. Speichern Sie sie "
    "ohne Kennwort als PDF, DOCX oder XLSX."
)
MACROS = "Die Datei „{}“ enthält Makros. Speichern Sie sie ohne Makros, zum Beispiel als PDF."
LOCKED = "Die Datei „{}“ ist mit einem Kennwort geschützt. Speichern Sie sie ohne Kennwort."
BOMB = "Die Datei „{}“ ist entpackt zu groß. Speichern Sie sie als PDF oder teilen Sie sie auf."
EMPTY = "Die Datei „{}“ ist leer. Prüfen Sie sie und wählen Sie sie noch einmal aus."
LARGE = "Die Datei „{}“ ist größer als 10 MB. Verkleinern Sie sie oder teilen Sie sie auf."


@dataclass(frozen=True)
class Taken:
    """The file is kept: under this name, as this type, with this content."""

    name: str
    kind: DocumentType
    content: bytes


@dataclass(frozen=True)
class Hostile:
    """A file with the name it is sent under; ``answer``: what is kept of it, or the sentence it gets."""

    name: str
    content: bytes
    answer: Taken | str
    shown: str = ""  # the name in the sentence, where it is not the one that was sent

    @property
    def sentence(self) -> str:
        return "" if isinstance(self.answer, Taken) else self.answer.format(self.shown or self.name)


def taken(content: bytes, kind: DocumentType, name: str, sent: str = "", kept: bytes = b"") -> Hostile:
    """A file that is kept; ``sent``: its name before, ``kept``: what is left of its content."""
    return Hostile(sent or name, content, Taken(name, kind, kept or content))


def with_true_size(content: bytes, true: int, told: int) -> bytes:
    """An archive whose lists tell another size of an entry than it has."""
    return content.replace(struct.pack("<I", true), struct.pack("<I", told))


def encrypted_entry() -> bytes:
    content = bytearray(files.docx())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def archive_with_comment(comment: bytes) -> bytes:
    buffer = BytesIO(files.archive({"a.class": b"\xca\xfe\xba\xbe"}))
    with ZipFile(buffer, "a") as made:
        made.comment = comment
    return buffer.getvalue()


def nested(depth: int, content: bytes) -> bytes:
    for level in range(depth):
        content = files.archive({f"{level}.zip": content})
    return content


ZEROS = 50 * 1024 * 1024
NINE_TIMES = {f"{n}.xml": bytes(30 * 1024 * 1024) for n in range(9)}
LARGE_PDF = b"%PDF-1.7\n" + bytes(10 * 1024 * 1024) + b"\n%%EOF\n"
JPEG, PNG, PDF, DOCX = files.jpeg(), files.png(), files.pdf(), files.docx()
JAVA = files.archive({"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"})
PRINT_LOCK = files.pdf().replace(b"<</Root 1 0 R>>", b"<</Root 1 0 R/Encrypt 2 0 R>>")
ACTIVE = files.pdf(")/OpenAction<</S/JavaScript/JS(app.alert(1))>>/AA<</S/Launch/F(cmd.exe)>>/X(")
PDF_IN_A_COMMENT = b"%PDF-1.7\n" + archive_with_comment(b"\nstartxref\n9\n%%EOF\n")
AFTERWARDS = b"<h1>x</h1>" + HTML
LONG = "Sehr langer Name " * 18

ALL: dict[str, Hostile] = {
    # --- A name that promises something else ---
    "page of HTML named .pdf": Hostile("Konzept.pdf", HTML, UNKNOWN),
    "script of JavaScript named .pdf": Hostile("Konzept.pdf", b"fetch('//evil.example')", UNKNOWN),
    "shell script named .pdf": Hostile("Konzept.pdf", b"#!/bin/sh\nrm -rf /\n", UNKNOWN),
    "program named .pdf": Hostile("Konzept.pdf", EXE, UNKNOWN),
    "program for Linux named .png": Hostile("Plan.png", b"\x7fELF" + bytes(90), UNKNOWN),
    "SVG with a script": Hostile("Logo.svg", SVG, UNKNOWN),
    "SVG named .png": Hostile("Logo.png", SVG, UNKNOWN),
    "HTML": Hostile("Seite.html", HTML, UNKNOWN),
    "XML with an entity": Hostile(
        "x.xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', UNKNOWN
    ),
    "RTF": Hostile("Brief.rtf", b"{\\rtf1{\\object\\objocx}}", UNKNOWN),
    "MHTML": Hostile("Seite.docx", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n" + HTML, UNKNOWN),
    "GIF that is a script, too": Hostile("Bild.gif", b"GIF89a/*<svg/onload=alert(1)>*/=1;", UNKNOWN),
    "GIF with a Java archive behind it": Hostile("Bild.jpg", b"GIF89a;" + JAVA, UNKNOWN),
    "Java archive named .docx": Hostile("Konzept.docx", JAVA, UNKNOWN),
    "archive named .docx": Hostile("Konzept.docx", files.archive({"index.html": HTML}), UNKNOWN),
    "byte order mark and HTML": Hostile("Konzept.pdf", b"\xef\xbb\xbf" + HTML, UNKNOWN),
    "old Word file": Hostile("Brief.doc", OLE, OLD),
    "old Excel file named .xlsx": Hostile("Liste.xlsx", OLE, OLD),
    "DOCM named .docx": Hostile("Konzept.docx", files.docx(**{"word/vbaProject.bin": b"x"}), MACROS),
    "XLSM named .xlsx": Hostile(
        "Liste.xlsx",
        files.archive(
            {
                "[Content_Types].xml": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                "xl/workbook.xml": "<x/>",
            }
        ),
        MACROS,
    ),
    "ODT with a script": Hostile("Konzept.odt", files.odf("text", **{"Basic/a.xml": "x"}), MACROS),
    "PDF named .html is a PDF": taken(PDF, T.PDF, "Konzept.html.pdf", "Konzept.html"),
    "PDF named .exe is a PDF": taken(PDF, T.PDF, "Rechnung.exe.pdf", "Rechnung.exe"),
    "PNG named .php is a PNG": taken(PNG, T.PNG, "shell.php.png", "shell.php"),
    # --- Two things at once ---
    "HTML before a PDF": Hostile("Konzept.pdf", HTML + PDF, UNKNOWN),
    "blank before a PDF": Hostile("Konzept.pdf", b"\n" + PDF, UNKNOWN),
    "archive before a PDF": Hostile("Konzept.pdf", files.archive({"x.html": HTML}) + PDF, UNKNOWN),
    "HTML that begins like a PDF": Hostile("Konzept.pdf", b"%PDF-1.7\n" + HTML, BROKEN),
    "HTML within a PDF is kept and never shown": taken(b"%PDF-1.7\n" + HTML + PDF, T.PDF, "Konzept.pdf"),
    "short HTML after a PDF is cut off": taken(PDF + AFTERWARDS, T.PDF, "Konzept.pdf", kept=PDF),
    "long HTML after a PDF": Hostile("Konzept.pdf", PDF + HTML * 50, BROKEN),
    "archive after a PDF is cut off": taken(
        PDF + files.archive({"x.js": "alert(1)"}), T.PDF, "Konzept.pdf", kept=PDF
    ),
    "archive whose comment ends a PDF": Hostile("Konzept.pdf", PDF_IN_A_COMMENT, BROKEN),
    "PDF with actions is kept and never shown": taken(ACTIVE, T.PDF, "Formular.pdf"),
    "PDF with a password is kept": taken(PRINT_LOCK, T.PDF, "Haushalt.pdf"),
    "archive after a JPEG is cut off": taken(files.jpeg(after=JAVA), T.JPEG, "Bild.jpg", kept=JPEG),
    "HTML after a JPEG is cut off": taken(files.jpeg(after=HTML), T.JPEG, "Bild.jpg", kept=JPEG),
    "HTML in a comment of a JPEG is removed": taken(
        files.jpeg(files.segment(0xFE, HTML)), T.JPEG, "Bild.jpg", kept=JPEG
    ),
    "HTML behind the head of a JPEG": Hostile("Bild.jpg", b"\xff\xd8\xff" + HTML, BROKEN),
    "script after a PNG is cut off": taken(files.png(after=HTML), T.PNG, "Plan.png", kept=PNG),
    "script in a text of a PNG is removed": taken(
        files.png(files.chunk(b"tEXt", b"Comment\0" + HTML)), T.PNG, "Plan.png", kept=PNG
    ),
    "HTML after a DOCX": Hostile("Konzept.docx", DOCX + HTML, BROKEN),
    "DOCX with a page of HTML in it is kept": taken(
        files.docx(**{"word/afchunk.htm": HTML}), T.DOCX, "Konzept.docx"
    ),
    # --- Bombs and locks ---
    "bomb in a DOCX": Hostile(
        "Konzept.docx", files.docx(**{"word/a.xml": bytes(filetypes.MAX_UNPACKED)}), BOMB
    ),
    "bomb that tells a small size": Hostile(
        "Konzept.docx", with_true_size(files.docx(**{"word/a.xml": bytes(ZEROS)}), ZEROS, 99), BOMB
    ),
    "entry smaller than it tells": Hostile(
        "Konzept.docx", with_true_size(files.docx(**{"word/a.xml": bytes(7777)}), 7777, 8888), BROKEN
    ),
    "bomb in an archive in a DOCX": Hostile(
        "Konzept.docx", files.docx(**{"word/embeddings/a.xlsx": files.archive(dict(NINE_TIMES))}), BOMB
    ),
    "archives in archives in a DOCX": Hostile("Konzept.docx", files.docx(**{"a.zip": nested(3, b"x")}), BOMB),
    "too many entries": Hostile("Liste.docx", files.docx(**{f"w/{n}.xml": "" for n in range(5000)}), BOMB),
    "path out of a DOCX": Hostile(
        "Konzept.docx", DOCX.replace(b"word/document.xml", b"../../../etc/x.xm"), BROKEN
    ),
    "DOCX with a locked entry": Hostile("Konzept.docx", encrypted_entry(), LOCKED),
    "ODT with a password": Hostile("Konzept.odt", files.odf("text", "<encryption-data/>"), LOCKED),
    "more than 10 MB": Hostile("Gross.pdf", LARGE_PDF, LARGE),
    # --- Broken ones ---
    "no byte at all": Hostile("leer.pdf", b"", EMPTY),
    "PDF cut off": Hostile("Konzept.pdf", PDF[:-8], BROKEN),
    "DOCX cut off": Hostile("Konzept.docx", DOCX[:-30], BROKEN),
    "JPEG cut off": Hostile("Bild.jpg", JPEG[:-8], BROKEN),
    "PNG cut off": Hostile("Plan.png", PNG[:-14], BROKEN),
    "PNG with a wrong sum": Hostile("Plan.png", PNG[:-2] + b"xx", BROKEN),
    # --- What a picture tells of people ---
    "JPEG with place and camera": taken(files.jpeg(files.exif()), T.JPEG, "Rathaus.jpg", kept=JPEG),
    "JPEG with a place in XMP": taken(
        files.jpeg(files.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x exif:GPS='51,7'/>")),
        T.JPEG,
        "Rathaus.jpg",
        kept=JPEG,
    ),
    "JPEG with a small picture in EXIF": taken(
        files.jpeg(files.segment(0xE1, b"Exif\0\0II*\0" + files.GPS + files.jpeg(files.exif()))),
        T.JPEG,
        "Rathaus.jpg",
        kept=JPEG,
    ),
    "JPEG with a small picture in JFIF": taken(
        JPEG.replace(files.JFIF, files.segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01" + b"rgb")),
        T.JPEG,
        "Rathaus.jpg",
        kept=JPEG,
    ),
    "JPEG with a small picture in JFXX": taken(
        files.jpeg(files.segment(0xE0, b"JFXX\0\x10" + files.jpeg(files.exif()))),
        T.JPEG,
        "Rathaus.jpg",
        kept=JPEG,
    ),
    "JPEG with a second picture": taken(
        files.jpeg(files.segment(0xE2, b"MPF\0II*\0"), after=files.jpeg(files.exif())),
        T.JPEG,
        "Rathaus.jpg",
        kept=JPEG,
    ),
    "PNG with a place": taken(files.png(files.chunk(b"eXIf", files.GPS)), T.PNG, "Platz.png", kept=PNG),
    # --- Names ---
    "name of 300 characters": taken(PDF, T.PDF, LONG[:196] + ".pdf", LONG[:296] + ".pdf"),
    "path upwards in the name": taken(PDF, T.PDF, "passwd.pdf", "../../../etc/passwd"),
    "path of Windows in the name": taken(PDF, T.PDF, "boot.ini.pdf", "C:\\Windows\\..\\boot.ini"),
    "reversed writing in the name": taken(PDF, T.PDF, "Rechnungfdp.exe.pdf", "Rechnung\u202efdp.exe"),
    "NUL in the name": taken(PDF, T.PDF, "Konzept.php.pdf", "Konzept.php\0.pdf"),
    "header in the name": taken(PDF, T.PDF, "a; x=b.pdf", "a; x=b.pdf"),
    "leading dots in the name": taken(PDF, T.PDF, "htaccess.pdf", "..htaccess"),
    "device of Windows as the name": taken(PDF, T.PDF, "_CON.pdf", "CON.pdf"),
    "markup in the name": taken(PDF, T.PDF, "<img src=x onerror=alert(1)>.pdf"),
    "markup in the name of a wrong file": Hostile("<b>x.pdf", HTML, UNKNOWN),
    "name of a formula": taken(PDF, T.PDF, "=cmd!A1.pdf"),
    "name of a dot": taken(PDF, T.PDF, "Unterlage.pdf", " ."),
}
