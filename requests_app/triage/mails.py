"""The mails of a step as they will go: shown to the coordinator, edited, and only then sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import Language
from miglobe.mail.outbox import MailText
from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app import notifications
from requests_app.models import Case

# Fields of the mails begin with this, so that a page can carry them along.
PREFIX = "mail"


def _nothing(text: str) -> list[str]:
    return []


@dataclass(frozen=True)
class PlannedMail:
    """One mail: its key within the step, whom it is for in words, its addresses, its text and language."""

    key: str
    title: str
    to: tuple[str, ...]
    text: MailText
    language: str
    # What must not stand in it: found in a text, each word once.
    finds: Callable[[str], list[str]] = _nothing

    @property
    def language_name(self) -> str:
        """The language by its own name."""
        return str(Language(self.language).label)


def to_contacts(case: Case, text: MailText) -> PlannedMail:
    """A mail to the contact persons of the municipality."""
    to = tuple(f"{contact.name}, {contact.user.email}" for contact in case.correspondents)
    title = gettext("Mail to %(name)s") % {"name": case.place}
    return PlannedMail("contacts", title, to, text, notifications.language_of(case))


def to_advisor(
    key: str, advisor: Advisor, text: MailText, finds: Callable[[str], list[str]] = _nothing
) -> PlannedMail:
    to = (f"{advisor.name}, {advisor.user.email}",)
    title = gettext("Mail to %(name)s") % {"name": advisor.name}
    return PlannedMail(key, title, to, text, advisor.user.language, finds)


def _digest(text: MailText) -> str:
    return hashlib.sha256(f"{text.subject}\n{text.body}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Block:
    """One mail on the page: what it is, its fields, and an earlier wording that no longer fits."""

    mail: PlannedMail
    subject: BoundField
    body: BoundField
    earlier: MailText | None
    no_names: BoundField | None  # the tick that lets words pass, where some were found


class MailsForm(KernForm):
    """Subject and body of every mail of a step.

    ``typed`` is what was typed here before the coordinator went back to the step's fields: it
    comes up again, unless the fields have changed and with them the text it was made from. Then
    the new text stands here and the earlier wording below it.
    """

    def __init__(
        self, planned: list[PlannedMail], *args: Any, typed: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        self.planned = planned
        super().__init__(*args, prefix=PREFIX, **kwargs)
        self._earlier: dict[str, MailText] = {}
        for mail in planned:
            self._add(mail, typed or {})

    def _add(self, mail: PlannedMail, typed: Mapping[str, str]) -> None:
        text, made_from = mail.text, _digest(mail.text)
        before = self._typed_before(mail.key, typed)
        if before and typed.get(self.add_prefix(f"{mail.key}-made_from")) == made_from:
            text = before
        elif before and _digest(before) != typed.get(self.add_prefix(f"{mail.key}-made_from")):
            self._earlier[mail.key] = before
        self.fields[f"{mail.key}-subject"] = forms.CharField(
            label=_("Subject"),
            max_length=200,
            initial=text.subject,
            widget=forms.TextInput(attrs={"lang": mail.language}),
            error_messages={"required": _("Give the mail a subject.")},
        )
        rows = min(30, text.body.count("\n") + 4)
        self.fields[f"{mail.key}-body"] = LongTextField(
            label=_("Text"),
            initial=text.body,
            widget=forms.Textarea(attrs={"rows": rows, "class": "app-mail-body", "lang": mail.language}),
            error_messages={"required": _("Write what the mail should say.")},
        )
        self.fields[f"{mail.key}-made_from"] = forms.CharField(
            required=False, initial=made_from, widget=forms.HiddenInput
        )

        # Asked for only when there is something to confirm.
        if self._typed_in(mail):
            self.fields[f"{mail.key}-no_names"] = forms.BooleanField(
                required=False, label=_("The marked words may stay")
            )

    def _typed_in(self, mail: PlannedMail) -> list[str]:
        """What must not stand in the mail and was typed into it; the text it was made from has been read."""
        typed = self._typed_before(mail.key, self.data)
        if typed is None:
            return []
        known = mail.finds(f"{mail.text.subject}\n{mail.text.body}")
        return [word for word in mail.finds(f"{typed.subject}\n{typed.body}") if word not in known]

    def clean(self) -> None:
        for mail in self.planned:
            words = self._typed_in(mail)
            if words and not self.cleaned_data.get(f"{mail.key}-no_names"):
                text = gettext(
                    "This looks like a name or contact data: %(words)s. Take it out, or tick below that it "
                    "may stay."
                )
                quoted = ", ".join(f"„{word}“" for word in words)
                self.add_error(f"{mail.key}-body", text % {"words": quoted})

    def _typed_before(self, key: str, typed: Mapping[str, str]) -> MailText | None:
        subject = typed.get(self.add_prefix(f"{key}-subject"))
        body = typed.get(self.add_prefix(f"{key}-body"), "").replace("\r\n", "\n")
        return MailText(subject, body) if subject is not None else None

    def blocks(self) -> list[Block]:
        """The mails as the page draws them."""
        return [
            Block(
                mail,
                self[f"{mail.key}-subject"],
                self[f"{mail.key}-body"],
                self._earlier.get(mail.key),
                self[f"{mail.key}-no_names"] if f"{mail.key}-no_names" in self.fields else None,
            )
            for mail in self.planned
        ]

    def texts(self) -> dict[str, MailText]:
        """What goes out, by the mails' keys; for a valid form."""
        return {
            mail.key: MailText(
                self.cleaned_data[f"{mail.key}-subject"], self.cleaned_data[f"{mail.key}-body"].strip() + "\n"
            )
            for mail in self.planned
        }
