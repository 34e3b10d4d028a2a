"""How much of an upload is written to disk at most."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler

ALL_FILES = 10  # times the largest size of one: more than any form takes


class CutOffHandler(FileUploadHandler):
    """Lets the handlers after it see each file up to a little more than the largest size, and no further.

    A larger file so arrives cut off, but still larger than allowed: the form can say so, while the
    other files and everything typed arrive as they are.
    """

    total = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start > settings.DOCUMENT_MAX_BYTES or self.total > ALL_FILES * settings.DOCUMENT_MAX_BYTES:
            return None
        self.total += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None
