"""What a file really is, told by its content, and pictures without what the camera wrote into them.

Nothing here decodes a picture or keeps what an archive holds: headers, lists of contents and lengths are
read, and entries of archives are unpacked piece by piece to be counted, up to a limit.

What programs in a document do when it is opened (scripts in a PDF, links in a DOCX) is not looked at: a
file is only ever handed out to be saved, and virus scanners know such things better.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from enum import Enum
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from requests_app.models import DocumentType

# Far beyond what an office program writes into a file of 10 MB.
MAX_ENTRIES = 5_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_READ = 1024 * 1024
MAX_DEPTH = 2  # a sheet in a text is usual, an archive in an archive in an archive is not
MAX_INNER = 20 * 1024 * 1024  # of an archive in an archive: it is kept in memory
_PIECE = 16 * 1024  # packed bytes that are unpacked at a time: 16 MB at the most


class Problem(Enum):
    """Why a file is not taken."""

    UNKNOWN = "unknown"  # none of the types
    OLD_OFFICE = "old_office"  # DOC, XLS – and DOCX, XLSX with a password, which look the same
    BROKEN = "broken"
    MACROS = "macros"
    LOCKED = "locked"  # with a password
    BOMB = "bomb"  # far more inside than its size tells


class Unfit(Exception):
    """The file is not taken."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.value)


def recognise(content: bytes) -> tuple[DocumentType, bytes]:
    """The type of ``content``, and what of it is to be stored. Raises ``Unfit``."""
    for start, read in _BY_START.items():
        if content.startswith(start):
            return read(content)
    raise Unfit(Problem.UNKNOWN)


# --- PDF ------------------------------------------------------------------------------------------


_PDF_END = b"%%EOF"


def _pdf(content: bytes) -> tuple[DocumentType, bytes]:
    """Without what follows its end, an archive for example; otherwise as it is, signatures hold.

    One with a password is taken: many only forbid to print, and look the same from outside.
    """
    end = content.rfind(_PDF_END, -1024)
    if not re.match(rb"%PDF-[12]\.\d", content) or end < 0:
        raise Unfit(Problem.BROKEN)
    end += len(_PDF_END)
    kept = content if not content[end:].strip(b"\0 \t\r\n\f") else content[:end] + b"\n"
    if _archive_end(kept) == len(kept):  # the end of the PDF is the comment of an archive
        raise Unfit(Problem.BROKEN)
    return DocumentType.PDF, kept


def _archive_end(content: bytes) -> int:
    """Where the archive in ``content`` ends that a program would find, reading from the end; -1: none."""
    start = content.rfind(b"PK\x05\x06", -22 - 0xFFFF)
    if start < 0 or len(content) < start + 22:
        return -1
    return start + 22 + int.from_bytes(content[start + 20 : start + 22], "little")


# --- Office: archives of XML ----------------------------------------------------------------------

_OOXML = {
    "wordprocessingml.document.main+xml": ("word/document.xml", DocumentType.DOCX),
    "spreadsheetml.sheet.main+xml": ("xl/workbook.xml", DocumentType.XLSX),
}
_ODF = {t.value: t for t in (DocumentType.ODT, DocumentType.ODS)}
_MACROS = re.compile(r"(^|/)vba(project\.bin|data\.xml)$|^(basic|scripts)/.|(^|/)macrosheets/", re.IGNORECASE)
_OUTSIDE = re.compile(r"^/|\\|(^|/)\.\.(/|$)|:")


def _archive(content: bytes) -> tuple[DocumentType, bytes]:
    if content.count(b"PK\x01\x02") > MAX_ENTRIES:  # before the list of contents is read
        raise Unfit(Problem.BOMB)
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_entries(archive.infolist())
            found = _office_type(archive)
            if _archive_end(content) != len(content):  # something follows, or hides in the last bytes
                raise Unfit(Problem.BROKEN)
            _Unpacked().count(content, archive)
            return found, content
    except (BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, OSError) as error:
        raise Unfit(Problem.BROKEN) from error
    except (zlib.error, struct.error, KeyError, OverflowError) as error:
        raise Unfit(Problem.BROKEN) from error


def _check_entries(entries: list[ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unfit(Problem.BOMB)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit(Problem.LOCKED)
    # Office programs write nothing else; LZMA could ask for gigabytes of memory.
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise Unfit(Problem.BROKEN)
    if len(set(names)) < len(names) or any(_OUTSIDE.search(name) for name in names):
        raise Unfit(Problem.BROKEN)
    if any(_MACROS.search(name) for name in names):
        raise Unfit(Problem.MACROS)


def _office_type(archive: ZipFile) -> DocumentType:
    names = archive.namelist()
    if names and names[0] == "mimetype":
        return _odf_type(archive)
    if "[Content_Types].xml" not in names:
        raise Unfit(Problem.UNKNOWN)
    types = _text_of(archive, "[Content_Types].xml")
    if "macroenabled" in types.lower():
        raise Unfit(Problem.MACROS)
    for main, (part, found) in _OOXML.items():
        if main in types and part in names:
            return found
    raise Unfit(Problem.UNKNOWN)


def _odf_type(archive: ZipFile) -> DocumentType:
    found = _ODF.get(_text_of(archive, "mimetype"))
    if found is None:
        raise Unfit(Problem.UNKNOWN)
    if "encryption-data" in _text_of(archive, "META-INF/manifest.xml"):
        raise Unfit(Problem.LOCKED)
    return found


def _text_of(archive: ZipFile, name: str) -> str:
    """The beginning of an entry as text; NULs are left out, so that UTF-16 can be searched, too."""
    with archive.open(name) as entry:
        return entry.read(MAX_READ).replace(b"\0", b"").decode("utf-8", "replace")


class _Unpacked:
    """How much comes out of an archive, whatever its list of contents says."""

    def __init__(self) -> None:
        self.left = MAX_UNPACKED

    def count(self, content: bytes, archive: ZipFile, depth: int = 0) -> None:
        """Unpack every entry, and archives in it. Raises ``Unfit``, and what ``zlib`` raises."""
        if depth > MAX_DEPTH:
            raise Unfit(Problem.BOMB)
        for entry in archive.infolist():
            inner = self._entry(content, entry, is_inner=depth > 0)
            if not inner.startswith(b"PK\x03\x04"):
                continue
            try:
                with ZipFile(BytesIO(inner)) as opened:
                    self.count(inner, opened, depth + 1)
            except (BadZipFile, NotImplementedError, ValueError, zlib.error, struct.error):
                continue  # nobody else can open it either

    def _entry(self, content: bytes, entry: ZipInfo, *, is_inner: bool) -> bytes:
        """What the entry holds if it is an archive itself; else nothing but its first bytes."""
        start = entry.header_offset + 30 + sum(struct.unpack_from("<HH", content, entry.header_offset + 26))
        packed = memoryview(content)[start : start + entry.compress_size]
        inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == ZIP_DEFLATED else None
        size, kept = 0, bytearray()
        for position in range(0, len(packed), _PIECE):
            piece = packed[position : position + _PIECE]
            out = inflate.decompress(piece) if inflate else bytes(piece)
            size += len(out)
            self.left -= len(out)
            if self.left < 0 or (size > entry.file_size and not is_inner) or len(kept) > MAX_INNER:
                raise Unfit(Problem.BOMB)
            if not kept or kept.startswith(b"PK\x03\x04"):
                kept += out
        if not is_inner and (size != entry.file_size or (inflate and not inflate.eof)):
            raise Unfit(Problem.BROKEN)
        return bytes(kept) if kept.startswith(b"PK\x03\x04") else b""


def _old_office(content: bytes) -> tuple[DocumentType, bytes]:
    raise Unfit(Problem.OLD_OFFICE)


# --- JPEG -----------------------------------------------------------------------------------------

_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = (
    0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE,
)  # fmt: skip
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)


def _jpeg(content: bytes) -> tuple[DocumentType, bytes]:
    """Without place, time, camera, comments and whatever follows the picture; colours and turn are kept."""
    kept = [content[:2]]
    position, has_frame, has_scan, turn = 2, False, False, b""
    while True:
        found = _NEXT_MARKER.match(content, position)
        if not found:
            raise Unfit(Problem.BROKEN)
        marker, position = content[found.end() - 1], found.end()
        if marker == _EOI:
            break
        end = position + _number(content, position, ">H")
        segment = content[position + 2 : end]
        if end > len(content) or end < position + 2:
            raise Unfit(Problem.BROKEN)
        if marker == _APP1:
            turn = turn or _turn_alone(segment)
        elif marker == _APP0 and segment.startswith(b"JFIF\0") and len(segment) >= 14:
            if len(kept) == 1:  # the density alone, without the small picture that may follow it
                kept.append(b"\xff\xe0\x00\x10" + segment[:12] + b"\0\0")
        elif _is_kept(marker, segment):
            kept.append(bytes((0xFF, marker)) + content[position:end])
        has_frame = has_frame or marker in _FRAMES
        position = end
        if marker == _SOS:
            following = _NEXT_MARKER.search(content, position)
            if not (following and has_frame):
                raise Unfit(Problem.BROKEN)
            kept.append(content[position : following.start()])
            has_scan = True
            position = following.start()
    if not has_scan:
        raise Unfit(Problem.BROKEN)
    return DocumentType.JPEG, b"".join([kept[0], *_with_turn(kept[1:], turn), b"\xff\xd9"])


def _is_kept(marker: int, segment: bytes) -> bool:
    """Of the programs' own segments only those that a picture needs: colour profile, colour model."""
    if _APP0 <= marker <= _APP15:
        wanted = {_APP2: b"ICC_PROFILE\0", _APP14: b"Adobe"}
        return marker in wanted and segment.startswith(wanted[marker])
    return marker != _COM


def _with_turn(kept: list[bytes], turn: bytes) -> list[bytes]:
    """JFIF must stay first."""
    place = 1 if kept[0].startswith(b"\xff\xe0") else 0
    return [*kept[:place], turn, *kept[place:]] if turn else kept


def _turn_alone(segment: bytes) -> bytes:
    """A segment that says nothing but how the camera was held; empty when there is nothing to say."""
    tiff = segment.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or tiff is segment:
        return b""
    try:
        turn = _orientation(tiff, order)
    except struct.error:
        return b""
    if turn not in range(2, 9):
        return b""
    body = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _orientation(tiff: bytes, order: str) -> int:
    start = _number(tiff, 4, f"{order}I", struct.error)
    for number in range(min(_number(tiff, start, f"{order}H", struct.error), 200)):
        tag, kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
        if (tag, kind) == (0x0112, 3):
            return int(value)
    return 0


def _number(content: bytes, position: int, layout: str, error: type[Exception] | None = None) -> int:
    try:
        (value,) = struct.unpack_from(layout, content, position)
    except struct.error:
        if error:
            raise
        raise Unfit(Problem.BROKEN) from None
    return int(value)


# --- PNG ------------------------------------------------------------------------------------------

_PNG = b"\x89PNG\r\n\x1a\n"
# Everything that says how the picture looks; texts, times, places and programs' own chunks are left out.
_CHUNKS = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip


def _png(content: bytes) -> tuple[DocumentType, bytes]:
    """Without texts, times and place, and without whatever follows the picture."""
    kept, position = [_PNG], len(_PNG)
    seen: list[bytes] = []
    while not seen or seen[-1] != b"IEND":
        end = position + 12 + _number(content, position, ">I")
        kind, body = content[position + 4 : position + 8], content[position + 4 : end - 4]
        if end > len(content) or zlib.crc32(body) != _number(content, end - 4, ">I"):
            raise Unfit(Problem.BROKEN)
        seen.append(kind)
        if kind in _CHUNKS:
            kept.append(content[position:end])
        position = end
    if seen[0] != b"IHDR" or b"IDAT" not in seen:
        raise Unfit(Problem.BROKEN)
    return DocumentType.PNG, b"".join(kept)


_BY_START: dict[bytes, Callable[[bytes], tuple[DocumentType, bytes]]] = {
    b"%PDF-": _pdf,
    b"PK\x03\x04": _archive,
    b"\xff\xd8\xff": _jpeg,
    _PNG: _png,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _old_office,
}
