"""The request as a paper: what the municipality wrote, to be kept and printed."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from miglobe.site.templatetags.kern import long_datetime
from requests_app.answers import request_sections
from requests_app.models import Case, Document
from requests_app.papers import blocks
from requests_app.papers.blocks import Block, Typed
from requests_app.papers.compiling import Paper


def request(case: Case) -> Paper:
    """What the municipality wrote, with its contact persons and the names of its documents.

    Reads what ``answers.request_sections`` reads, and the documents.
    """
    head = blocks.facts(
        (_("Received"), long_datetime(case.submitted_at)),
        (_("As of"), date_format(timezone.localdate(), "DATE_FORMAT")),
    )
    made = [head, *sections(case, 2, with_contact=True)]
    if documents := [named(d) for d in case.documents.filter(message=None) if not d.is_harmful]:
        made += [blocks.heading(_("Documents")), blocks.items(documents)]
    return Paper(case, _("Request"), made)


def sections(case: Case, level: int, *, with_contact: bool) -> list[Block]:
    """The answers of a request, group by group below headings of ``level``."""
    made: list[Block] = []
    for section in request_sections(case, with_contact=with_contact):
        made += [blocks.heading(section.title, level), *blocks.answers(section.rows, level + 1)]
    return made


def named(document: Document) -> str:
    """A document's name, type and size."""
    kind, size = document.get_content_type_display(), filesizeformat(document.size)
    return Typed(f"{document.name} ({kind}, {size})")
