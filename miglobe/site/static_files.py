"""Where the pages' own files are, looked up once per process."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class KeptAddresses(CompressedManifestStaticFilesStorage):
    """Keeps each address: the manifest does not change while the portal runs, and a page asks for fifty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[tuple[str, bool], str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file. Raises ``ValueError`` for one that was not collected."""
        key = (name, force)
        if key not in self._addresses:
            self._addresses[key] = str(super().url(name, force))
        return self._addresses[key]
