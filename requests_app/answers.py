"""What a municipality wrote in its request, as labels and values to read (pages, admin, print)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from requests_app.models import Case, ContactPerson

Row = tuple[str, str | list[str]]


@dataclass(frozen=True)
class Section:
    """One group of answers. A row is a label and its value: a text, or a list of texts with a line each."""

    title: str
    rows: list[Row]


def request_sections(case: Case, *, with_contact: bool) -> list[Section]:
    """The answers of ``case`` group by group; questions that were left open are left out.

    Names, addresses and numbers of the contact persons appear only ``with_contact``. Reads the
    municipality, its partners, the topics, the contacts and the preferred advisor's account: fetch them
    along.
    """
    sections = [Section(_("Municipality"), _rows(case, "municipality", "partners", "organisation", "unit"))]
    if with_contact:
        for contact in case.contacts.all():
            sections.append(Section(_("Contact"), _rows(contact, "name", "function", "email", "phone")))
    concern = _rows(case, "title", "situation", "guiding_question", "goals", "topics")
    wishes = _rows(
        case,
        "formats",
        "mode",
        "earliest_begin",
        "period",
        "preferred_advisor",
        "advisor_wishes",
        "participants",
        "access_needs",
    )
    sections += [Section(_("Concern"), concern), Section(_("Wishes"), wishes)]
    return [section for section in sections if section.rows]


def field_label(name: str) -> str:
    """The short name of an answer, of the case or its contact person, as on the sheet of the case."""
    try:
        field = Case._meta.get_field(name)
    except FieldDoesNotExist:
        field = ContactPerson._meta.get_field(name)
    return label_of(field)


def label_of(field: Any) -> str:
    """The name of a model's own field, as it begins a line. (A reverse relation has none.)"""
    return capfirst(str(field.verbose_name))


def _rows(instance: Model, *fields: str) -> list[Row]:
    rows = []
    for name in fields:
        field: Any = instance._meta.get_field(name)
        value = _value(instance, field)
        if value:
            rows.append((label_of(field), value))
    return rows


def _value(instance: Model, field: Any) -> str | list[str]:
    """The value of a field in the words that people read; empty when nothing was given."""
    value = getattr(instance, field.name)
    if not value:
        return ""
    if field.many_to_many:
        return [str(each) for each in value.all()]
    if hasattr(field, "labels"):
        labels: list[str] = field.labels(instance)
        return labels
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.name == "earliest_begin":
        return formats.date_format(value, "YEAR_MONTH_FORMAT")
    return str(value)
