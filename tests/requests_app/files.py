"""Files to upload: good ones of every type, and what hostile ones are made of."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

GPS = b"GPS 51.3995N 7.1860E"
CAMERA = b"Canikon 5000"


def upload(content: bytes, name: str = "Konzept.pdf", content_type: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type or "application/octet-stream")


def on_disk() -> set[str]:
    """Everything that the storage holds, by name."""
    root = Path(default_storage.path("documents"))
    return {path.name for path in root.iterdir()} if root.exists() else set()


def pdf(text: str = "Konzept") -> bytes:
    return (
        f"%PDF-1.7\n1 0 obj<</Title({text})>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n".encode()
    )


def archive(entries: dict[str, bytes | str], *, first_stored: bool = False) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as made:
        for number, (name, content) in enumerate(entries.items()):
            made.writestr(name, content, ZIP_STORED if first_stored and number == 0 else ZIP_DEFLATED)
    return buffer.getvalue()


def _types(main: str) -> str:
    return f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{main}"/></Types>'


def docx(**more: bytes | str) -> bytes:
    types = _types("wordprocessingml.document.main+xml")
    return archive({"[Content_Types].xml": types, "word/document.xml": "<w/>"} | more)


def xlsx() -> bytes:
    types = _types("spreadsheetml.sheet.main+xml")
    return archive({"[Content_Types].xml": types, "xl/workbook.xml": "<x/>"})


def odf(kind: str, manifest: str = "<manifest/>", **more: bytes | str) -> bytes:
    entries = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<office/>"}
    return archive({**entries, "META-INF/manifest.xml": manifest, **more}, first_stored=True)


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(turn: int = 1, order: str = "<") -> bytes:
    """What a telephone writes: how it was held, its name, where it was."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turn, 0)
    return segment(
        0xE1, b"Exif\0\0" + head + struct.pack(f"{order}H", 1) + entry + b"\0\0\0\0" + CAMERA + GPS
    )


JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
ICC = segment(0xE2, b"ICC_PROFILE\0\x01\x01profile")


def jpeg(*extra: bytes, after: bytes = b"") -> bytes:
    frame = segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + JFIF + b"".join(extra) + frame + scan + b"\xff\xd9" + after


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*extra: bytes, after: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + data + chunk(b"IEND") + after
