"""What mail providers send when they report on a mail, as their documentation shows it; and its paths."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

from django.urls import path

from miglobe.mail.webhook import report_view
from miglobe.urls import urlpatterns as portal

SECRET = "postmark:zwanzig-zeichen-lang"
SIGNING_KEY = "key-of-mailgun-for-the-tests"
ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}

# A URLconf: the portal with the view of two providers at once.
urlpatterns = [
    path("mail/postmark/", report_view("postmark")),
    path("mail/mailgun/", report_view("mailgun")),
    *portal,
]


def postmark(kind: str, number: str, at: datetime, to: str = "kim@stadt.example", **more: Any) -> bytes:
    """A report of Postmark: ``kind`` is Delivery, or the type of a bounce (HardBounce, Transient …)."""
    if kind == "Delivery":
        event = {"RecordType": "Delivery", "Recipient": to, "DeliveredAt": at.isoformat()}
    else:
        event = {"RecordType": "Bounce", "Type": kind, "Email": to, "BouncedAt": at.isoformat(), "ID": 4323}
        event |= {"Description": "The server was unable to deliver your message (no such user)."}
    return json.dumps(event | {"MessageID": number, "ServerID": 1, "Tag": ""} | more).encode()


def mailgun(
    event: str, number: str, at: datetime, to: str = "kim@stadt.example", key: str = SIGNING_KEY
) -> bytes:
    """A report of Mailgun, signed with ``key``: ``event`` is delivered or failed."""
    token, stamp = "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0", str(int(at.timestamp()))
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": event,
        "timestamp": at.timestamp(),
        "id": "DACSsAdVSeGpLid7TN03WA",
        "recipient": to,
        "message": {"headers": {"message-id": number.strip("<>"), "to": to}},
    }
    if event == "failed":
        data |= {
            "severity": "permanent",
            "reason": "bounce",
            "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        }
    block = {"timestamp": stamp, "token": token, "signature": signature}
    return json.dumps({"signature": block, "event-data": data}).encode()


def basic_auth(secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(secret.encode()).decode()


def post(url: str, body: bytes, authorization: str = "") -> int:
    """A real POST; the status of its answer."""
    headers = {"Content-Type": "application/json"} | (
        {"Authorization": authorization} if authorization else {}
    )
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
