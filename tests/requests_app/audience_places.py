"""Every place where something of a case may be read: pages, files, mails, search – found by themselves.

Pages come from the URLconf, so that a new one is looked at without being named here. Nobody but the
coordination and readers gets into the admin at all; ``tests/test_url_matrix.py`` holds that.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product, zip_longest
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from advisors.models import Advisor
from miglobe.accounts.models import User
from miglobe.mail.models import OutboxMessage
from requests_app.models import Case, Document, LibraryRequest
from requests_app.workflow import ACTIONS, Who
from tests.sign_in import sign_in

STAFF = ("coordinator", "colleague", "reader")
# Kinds of places, each a letter of the table.
PAGE, SEARCH, MAIL, DAILY, ATTACHED, PDF, TABLE, CALENDAR = "psmdafxc"
KINDS = {
    PAGE: "on a page",
    SEARCH: "found by the search of cases",
    MAIL: "in a mail",
    DAILY: "in a daily mail",
    ATTACHED: "in a file with a mail",
    PDF: "in a PDF",
    TABLE: "in a CSV or XLSX file",
    CALENDAR: "in a calendar file",
}
FILES = {
    "application/pdf": PDF,
    "text/csv": TABLE,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": TABLE,
    "text/calendar": CALENDAR,
}
# How somebody signs in is a matter of her or his account alone.
_OF_ACCOUNTS = ("/konto/passwort/", "/konto/zweiter-faktor/")
# The lists of cases, which show new requests if nobody asks for more.
_LISTS = ("/admin/requests_app/case/", "/admin/requests_app/caseoverview/")
# What says something about one case.
OF_ONE_CASE = (
    "/vorgang/",
    "/beratung/<",
    "/en/vorgang/",
    "/en/beratung/<",
    "/admin/requests_app/case/<int:pk>/",
    "/admin/requests_app/case/<path:",
)
# Whose rights are those of somebody else, who sees every single thing: main, lead.
SAME_AS = ("second", "invited", "co")
_FILES = ("/unterlagen/<int:pk>/", "/unterlagen/<int:document_pk>/", ".ics", ".pdf")
SHORTLIST = ("/admin/requests_app/case/<int:pk>/danach-fragen/",)
# A sample of the pages in English, which have the same views.
IN_ENGLISH = (
    "/en/vorgang/<slug:reference>/",
    "/en/meine-vorgaenge/",
    "/en/beratung/<str:reference>/",
    "/en/beratung/uebersicht/",
)
_ALL_OF_IT = ("/case/", "/caseoverview/", "/liste.csv", "/liste.xlsx")
# Routes by regular expression: sign-in by link, and the admin's catch-all.
_BY_EXPRESSION = "(?P<"
_PARAMETER = re.compile(r"<\w+:(\w+)>")


def routes() -> list[str]:
    """Every path of the portal as it is written in the URLconf, but for those of signing in.

    Those in English come with them as a sample.
    """
    return sorted({route for route in _routes() if not route.startswith(_OF_ACCOUNTS)} | set(IN_ENGLISH))


def _routes(resolver: Any = None, prefix: str = "/") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern).replace(" ", "")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


class Addresses:
    """The addresses of a case: each route with every thing of the case that may stand in it.

    What a path calls a thing leads to its keys; a path that is not known here is tried with all of them.
    """

    def __init__(self, case: Case, contact: User, advisor: Advisor) -> None:
        keys = _keys_of(case)
        self.every_key = sorted({key for found in keys.values() for key in found})
        mails = _one_of_each_kind(OutboxMessage.objects.filter(reference=case.reference))
        self.keys: dict[str, Iterable[object]] = {
            "requests_app/case": [case.pk],
            "sitzung": keys["dialoguesession"],
            "gespraech": keys["dialoguesession"],
            "termin": keys["appointment"],
            "termine": keys["dateround"],
            "option": keys["actionoption"],
            "nachfrage": keys["followup"],
            "bibliothek": LibraryRequest.objects.filter(option__case=case).values_list("pk", flat=True),
            "unterlagen": keys["document"] + _files_of_drafts(case),
            "ansprechpersonen": keys["contactperson"],
            "danach-fragen": keys["shortlistentry"],
            "mails": mails,
            "outboxmessage": mails,
            "accounts/user": [contact.pk, advisor.user_id],
            "advisors/advisor": [advisor.pk],
            "interessenkonflikt": [row.advisor_id for row in case.conflicts.all()],
            "case/interessenkonflikte": [row.advisor_id for row in case.conflicts.all()],
            "interessenkonflikte": keys["conflictofinterest"],
            "reference": [case.reference],
            "slug": [advisor.slug],
            "schritt": [key for key, action in ACTIONS.items() if action.who == Who.COORDINATOR],
        } | {word: [1] for word in NOT_OF_A_CASE}

    def of(self, route: str, role: str) -> list[str]:
        """The addresses that a route stands for; none if it takes a key that nobody knows.

        Who may do the same as somebody else sees two things of each kind, and every file.
        """
        if _BY_EXPRESSION in route:
            return []
        if route.startswith(_LISTS):
            route += "?liste=alle" if route.endswith(_ALL_OF_IT) else ""
        parts = _PARAMETER.split(route)
        values = [self._values(before, name) for before, name in zip(parts[::2], parts[1::2], strict=False)]
        if role in SAME_AS and not route.endswith(_FILES):
            values = [keys if len(keys) < 3 else [keys[0], keys[-1]] for keys in map(list, values)]
        return ["".join(map(str, _woven(parts[::2], chosen))) for chosen in product(*values)]

    def _values(self, before: str, name: str) -> Iterable[object]:
        """What may stand for a parameter after ``before``: by its name, or by the words that lead to it."""
        words = before.strip("/").split("/")
        for key in (name, "/".join(words[-2:]), words[-1]):
            if key in self.keys:
                return self.keys[key]
        return [] if name in ("token", "key", "kind", "language", "many") else self.every_key


# What has nothing to do with a case: one of them is enough.
NOT_OF_A_CASE = (
    "publication", "topic", "worldregion", "municipality", "portalsettings", "textmodule", "textbaustein",
    "libraryoption", "filter", "abwesenheit", "abwesenheiten", "passkeys", "mailwording", "admin/r",
)  # fmt: skip


def _woven(parts: list[str], values: Sequence[object]) -> Iterator[object]:
    for part, value in zip_longest(parts, values, fillvalue=""):
        yield from (part, value)


def _files_of_drafts(case: Case) -> list[int]:
    """They belong to no case until they are sent."""
    return list(Document.objects.filter(message_draft__case=case).values_list("pk", flat=True))


def _one_of_each_kind(mails: models.QuerySet[OutboxMessage]) -> list[int]:
    """Their pages are all made alike; the mails themselves are read one by one (``mails_to``)."""
    return sorted({mail.kind: mail.pk for mail in mails}.values())


def _keys_of(case: Case) -> dict[str, list[int]]:
    """The keys of all that belongs to a case, by the name of its model."""
    found: dict[str, list[int]] = {}
    for model in apps.get_app_config("requests_app").get_models():
        for field in model._meta.get_fields():
            if (
                isinstance(field, models.ForeignKey)
                and field.related_model is Case
                and field.name != "follows"
            ):
                rows = model._base_manager.filter(**{field.name: case})
                found[model._meta.model_name or ""] = list(rows.values_list("pk", flat=True))
    for name in ("event", "casewords"):
        found.pop(name, None)
    return found


def feed_of(user: User) -> str:
    """The private address of an advisor's calendar."""
    client = Client()
    sign_in(client, user)
    page = reverse("workspace:calendar")
    client.post(reverse("workspace:calendar_renew"))
    found = re.search(r"/kalender/[^\s\"<]+[.]ics", client.get(page).content.decode())
    assert found is not None
    return found[0]


# --- Reading --------------------------------------------------------------------------------------


class Reader:
    """One person with a browser."""

    def __init__(self, role: str, user: User | None) -> None:
        self.role, self.client = role, Client()
        if user is not None:
            sign_in(self.client, user)

    def fetch(self, address: str) -> Answer:
        """What an address answers; nothing of it stays in the database."""
        with transaction.atomic():
            response: Any = self.client.get(address)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        kind = FILES.get(response.get("Content-Type", "").split(";")[0], PAGE)
        return Answer(response.status_code, kind, words_of(content) + response.get("Content-Disposition", ""))

    def found_by(self, words: str) -> set[str]:
        """The cases that the search finds by ``words``."""
        name = "caseoverview" if self.role == "reader" else "case"
        url = reverse(f"admin:requests_app_{name}_changelist")
        return set(re.findall(r"MG-\d{4}-\d{4}", self.fetch(f"{url}?liste=alle&q={quote(words)}").text))


@dataclass(frozen=True)
class Answer:
    """What somebody gets for an address: a status, the kind of place, and what is read there."""

    status: int
    kind: str
    text: str


def words_of(content: bytes) -> str:
    """What a person reads in a file or on a page."""
    if content.startswith(b"%PDF"):
        try:
            return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        except PyPdfError:
            return content.decode("latin-1")  # not one of ours: what somebody uploaded
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    text = html.unescape(content.decode("utf-8", "replace"))
    return re.sub(r"\r?\n[ \t]", "", text) if text.startswith("BEGIN:VCALENDAR") else text


def mails_to(user: User | None) -> Iterator[tuple[str, str, str]]:
    """Every mail to a person: the kind of place, the kind of mail, and all that stands in it."""
    if user is None:
        return
    for mail in OutboxMessage.objects.filter(recipient=user.email).order_by("pk"):
        parts = [mail.subject, mail.body, str(mail.alternatives), str(mail.headers)]
        yield (DAILY if "daily" in mail.kind else MAIL), mail.kind, "\n".join(parts)
        for file in mail.attachments.all():
            yield ATTACHED, mail.kind, f"{file.filename}\n{words_of(bytes(file.content))}"
