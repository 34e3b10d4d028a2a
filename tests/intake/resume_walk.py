"""Saves a draft, has the link mailed and follows it, over HTTP."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from miglobe.mail.models import OutboxMessage

ADDRESS = "katrin.wellmann@hattingen.example.org"
LATER = reverse("intake:later")


def save(client: Client, page: str, posted: dict[str, Any]) -> HttpResponse:
    """Press "save and continue later" on a page."""
    return client.post(reverse(f"intake:{page}"), posted | {"go": LATER})


def ask_for_link(client: Client, email: str = ADDRESS) -> str:
    """Have the link mailed; returns its path, out of the mail."""
    response = client.post(LATER, {"email": email})
    assert response.status_code == 302, response.context["form"].errors
    return mailed_link(email)


def mailed_link(email: str = ADDRESS) -> str:
    body = OutboxMessage.objects.filter(recipient=email.lower(), kind__startswith="draft_").latest("pk").body
    found = re.search(r"https?://[^/\s]+(/\S+)", body)
    assert found is not None, body
    return found.group(1)
