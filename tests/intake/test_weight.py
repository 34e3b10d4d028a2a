"""What a page of the form weighs on the first load: HTML, styles and scripts, compressed, fonts apart."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.intake.form_walk import answers, begin, fill

pytestmark = pytest.mark.django_db
LIMIT = 60 * 1024
FILES = re.compile(r'<(?:link rel="stylesheet" href|script src)="/static/([^"?]+)"')
LOADS = re.compile(r'rel="stylesheet"|<script\b[^>]*\bsrc=')


def weight(client: Client, path: str) -> int:
    """The bytes that travel to a browser that has seen none of our pages."""
    page = client.get(path, headers={"accept-encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(page.content).decode()
    files = FILES.findall(html)
    assert len(files) == len(LOADS.findall(html)) > 10
    found = [finders.find(name) for name in files]
    return len(page.content) + sum(len(gzip.compress(Path(str(file)).read_bytes(), 9)) for file in found)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    "page",
    ["start", "municipality", "concern", "wishes", "check", "later", "not_listed", "not_listed_company"],
)
def test_page_of_the_form_is_light(client: Client, page: str, language: str) -> None:
    begin(client)
    if page == "check":
        fill(client, answers())
    bytes_sent = weight(client, language + reverse(f"intake:{page}"))
    assert bytes_sent <= LIMIT, f"{bytes_sent / 1024:.1f} KB"
