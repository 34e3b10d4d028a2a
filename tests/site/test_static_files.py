"""The addresses of the pages' own files in production."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from miglobe.site.static_files import KeptAddresses


@pytest.fixture
def storage(tmp_path: Path) -> KeptAddresses:
    manifest = {"paths": {"css/page.css": "css/page.0123.css"}, "version": "1.1", "hash": ""}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    return KeptAddresses(location=tmp_path, base_url="/static/")


def test_an_address_is_looked_up_once(storage: KeptAddresses) -> None:
    first = storage.url("css/page.css")
    storage.hashed_files.clear()
    assert [first, storage.url("css/page.css")] == ["/static/css/page.0123.css"] * 2


def test_a_file_that_was_not_collected_has_no_address_however_often_it_is_asked_for(
    storage: KeptAddresses,
) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="css/missing.css"):
            storage.url("css/missing.css")
