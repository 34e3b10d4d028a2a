"""Archives that no office program writes."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZipFile

import pytest

from requests_app.filetypes import Problem, Unfit, recognise


@pytest.mark.parametrize("compression", [ZIP_LZMA, ZIP_BZIP2])
@pytest.mark.parametrize("damaged", [False, True])
def test_archive_with_an_unusual_compression_is_not_taken(compression: int, damaged: bool) -> None:
    file = BytesIO()
    with ZipFile(file, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "wordprocessingml.document.main+xml " * 50)
        archive.writestr("word/document.xml", "<w/>")
    content = file.getvalue()
    if damaged:
        start = content.index(b"[Content_Types].xml") + len("[Content_Types].xml")
        content = content[: start + 9] + bytes(8) + content[start + 17 :]
    with pytest.raises(Unfit) as unfit:
        recognise(content)
    assert unfit.value.problem == Problem.BROKEN
