"""A request that was entered for a municipality, and what its contact person finds in the mailbox."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.test import Client

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app import workflow
from requests_app.models import Case, Channel
from tests import actors
from tests.triage.desk import Form, forms


def enter(actor: User, channel: Channel = Channel.PHONE, remark: str = "", **changes: Any) -> Case:
    """A request of Hattingen that ``actor`` enters; ``changes`` as in ``actors.request``."""
    made = actors.request(language="de", **changes)
    new = workflow.NewRequest(case=made.case, contact=made.contact, topics=made.topics, channel=channel)
    return workflow.enter_request(uuid.uuid4(), new, actor, remark=remark)


def mailed(case: Case) -> tuple[str, str]:
    """Path of the link and code in the latest mail that asks to confirm ``case``."""
    mail = OutboxMessage.objects.filter(reference=case.reference, kind="request_entered").latest("pk")
    link = re.search(r"https?://[^/\s]+(/\S*angaben/\S+)", mail.body)
    code = re.search(r"\b\d{6}\b", mail.body)
    assert link is not None and code is not None, mail.body
    return link.group(1), code.group()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def form_of(response: Any) -> Form:
    """The form with the questions."""
    return next(form for form in forms(response) if "situation" in form.fields)


def confirm(client: Client, case: Case, **changes: Any) -> Any:
    """Open the mailed link, type ``changes`` and the code, press the button."""
    link, code = mailed(case)
    return client.post(link, form_of(client.get(link)).fields | {"code": code} | changes)
