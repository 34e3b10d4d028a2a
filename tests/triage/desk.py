"""A coordinator's browser without scripts: reads pages in words, fills in forms and sends what they hold."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app.models import Case
from tests.sign_in import sign_in


@dataclass
class Form:
    """One form of a page with what a browser would send of it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # text, name, value


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text: tuple[str, list[str]] | None = None
        self._select = ""
        self._button: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form = Form(given.get("action") or "", given.get("method") or "get")
            self.forms.append(self._form)
        if self._form is None:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            ticked = given.get("type") == "checkbox" and "value" not in given
            self._form.fields[name] = "on" if ticked else value
        elif tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select = name
            self._form.fields[name] = ""
        elif tag == "option" and "selected" in given:
            self._form.fields[self._select] = value
        elif tag == "button":
            self._button = []
            self._form.buttons.append(("", name, value))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)
        if self._button is not None:
            self._button.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "textarea" and self._text is not None:
            name, parts = self._text
            # As browsers do: the first line break is none, and lines end with CR LF when they are sent.
            self._form.fields[name] = "".join(parts).removeprefix("\n").replace("\n", "\r\n")
            self._text = None
        elif tag == "button" and self._button is not None:
            _text, name, value = self._form.buttons.pop()
            self._form.buttons.append((" ".join("".join(self._button).split()), name, value))
            self._button = None
        elif tag == "form":
            self._form = None


def forms(response: Any) -> list[Form]:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.forms


def words(response: Any) -> str:
    """What stands on the page, without markup, each run of blanks one blank."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


class Desk:
    """One signed-in person before the admin."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client()
        sign_in(self.client, user)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def list(self, query: str = "") -> Any:
        return self.get(reverse("admin:requests_app_case_changelist") + query)

    def rows(self, query: str = "") -> list[str]:
        """The titles of the cases in a list, from the top."""
        return [case.title for case in self.list(query).context["cl"].result_list]

    def sheet(self, case: Case) -> Any:
        return self.get(reverse("admin:requests_app_case_change", args=[case.pk]))

    def step(self, case: Case, key: str, query: str = "") -> Any:
        return self.get(reverse("admin:requests_app_case_step", args=[case.pk, key]) + query)

    def press(self, response: Any, button: str, **changes: str) -> Any:
        """Press a button of a page, its form filled in; ``changes`` are typed over what stands there.

        Names of fields are written with ``__`` for "-".
        """
        for form in forms(response):
            for text, name, value in form.buttons:
                if text == button:
                    typed = {key.replace("__", "-"): text for key, text in changes.items()}
                    data = form.fields | typed | ({name: value} if name else {})
                    path = form.action or response.request["PATH_INFO"]
                    return self.client.post(path, data)
        raise AssertionError(f"no button {button!r}")

    def said(self, response: Any) -> str:
        """What the page that a step leads to says about it; the person's messages are read by that."""
        assert response.status_code == 302
        page = self.get(response["Location"])
        return " ".join(str(message) for message in page.context["messages"])


def sent(kind: str) -> list[OutboxMessage]:
    """The stored mails of one kind, oldest first."""
    return list(OutboxMessage.objects.filter(kind=kind).order_by("pk"))
