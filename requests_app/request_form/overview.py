"""The answers of the form to read once more before they are sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import formats
from django.utils.translation import gettext as _

from requests_app.answers import field_label
from requests_app.forms import DocumentsField
from requests_app.models import Document, ScanState
from requests_app.request_form.fields import MunicipalityField
from requests_app.request_form.forms import PageForm
from requests_app.request_form.pages import Page
from requests_app.request_form.partners import PartnersField

# Pages opened with this come back to the check page once they are saved.
BACK_TO_CHECK = "?zurueck=pruefen"


def sections(answered: Mapping[Page, PageForm], documents: Iterable[Document] = ()) -> list[dict[str, Any]]:
    """One section per page: number, title, rows of label and value, where to change it.

    The forms must be valid. ``documents`` are those of the draft.
    """
    files = [_file(each) for each in documents]
    return [
        {
            "number": number,
            "title": page.label,
            "rows": [_row(form, name, files) for name in form.fields],
            "change_url": page.url + BACK_TO_CHECK,
            "change_label": _("Change %(title)s") % {"title": page.label},
        }
        for number, (page, form) in enumerate(answered.items(), start=1)
    ]


def _file(document: Document) -> str:
    """Name, type and size, and whether it is still being checked or was harmful."""
    about = f"{document.get_content_type_display()}, {filesizeformat(document.size)}"
    if document.scan_state != ScanState.CLEAN:
        about += f", {document.get_scan_state_display()}"
    return f"{document.name} ({about})"


def _row(form: PageForm, name: str, files: list[str]) -> tuple[str, str | list[str]]:
    if isinstance(form.fields[name], DocumentsField):
        return str(form.fields[name].label), files
    return field_label(name), _value(form, name)


def _value(form: PageForm, name: str) -> str | list[str]:
    """An answer in the words of the form; empty when there is none."""
    field, value = form.fields[name], form.cleaned_data[name]
    offered: Any = getattr(field, "choices", None)
    if isinstance(field, MunicipalityField):
        return field.names[value]
    if isinstance(field, PartnersField):
        return [field.names[key] for key in value]
    if isinstance(value, date):
        return formats.date_format(value, "YEAR_MONTH_FORMAT")
    if isinstance(value, list):
        return [str(label) for key, label in offered if key in value]
    return str(dict(offered).get(value, "")) if offered else str(value or "")
