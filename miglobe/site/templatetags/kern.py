"""Template tags and filters of the design system: icons, alerts, form controls, dates, links."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, RadioSelect, Select
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from miglobe.site import languages
from miglobe.site.models import PLACEHOLDER
from miglobe.site.navigation import Entry
from miglobe.site.navigation import main_navigation as entries_for

register = template.Library()

_PLACEHOLDER = re.compile(re.escape(PLACEHOLDER) + r"[^\]]*\]")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A KERN icon that says nothing to screen readers. Sizes: small, large, x-large."""
    size = f" kern-icon--{size}" if size else ""
    return format_html('<span class="kern-icon kern-icon--{}{}" aria-hidden="true"></span>', name, size)


@register.simple_block_tag
def alert(content: str, kind: str, title: str, heading_id: str = "", level: int = 2) -> SafeString:
    """A KERN alert (info, success, warning, danger) around the given content."""
    context = {"kind": kind, "title": title, "heading_id": heading_id, "level": level, "content": content}
    return render_to_string("components/alert.html", context)


@register.simple_tag
def main_navigation(request: HttpRequest | None) -> list[Entry]:
    """The entries of the main navigation for this request; none on pages without a request."""
    return entries_for(request) if request else []


@register.simple_tag
def languages_of_page(request: HttpRequest | None) -> list[languages.PageInLanguage]:
    """This page in every language; none on pages without a request or with one language only."""
    return languages.languages_of_page(request) if request else []


@register.simple_tag
def language_switch(request: HttpRequest | None) -> languages.PageInLanguage | None:
    """This page in the other language, if there is one."""
    return languages.switch(request) if request else None


@register.simple_tag(takes_context=True)
def portal_text(context: template.Context, name: str) -> SafeString:
    """A text of the host in the language of the page; a German one on an English page is marked as such."""
    return context["portal"].shown(name)


@register.filter
def german(text: str) -> SafeString:
    """A text that is German on every page: the name of an office, what the host wrote."""
    return languages.marked(text)


@register.filter
def tel_href(number: str) -> str:
    """The `tel:` address of a German telephone number as people write it."""
    digits = re.sub(r"[^\d+]", "", str(number))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0"):
        digits = "+49" + digits[1:]
    return f"tel:{digits}"


@register.filter
def soft_address(address: str) -> SafeString:
    """An e-mail address that breaks after its @ when it is too long for its line."""
    return mark_safe(conditional_escape(address).replace("@", "@<wbr>"))  # noqa: S308 - escaped first


@register.filter
def long_date(value: date | None) -> str:
    """A date with its weekday: "Dienstag, 1. Dezember 2026". Deadlines always name the weekday."""
    if not value:
        return ""
    # Translators: Django's date format for a date with its weekday
    return formats.date_format(_local(value), _("l, j F Y"))


@register.filter
def long_datetime(value: date | None) -> str:
    """A point in time as the portal shows it: "20. November 2026, 14:05 Uhr"; a mere date without time."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return formats.date_format(value, "DATE_FORMAT")
    # Translators: Django's date format for a date with the time
    return formats.date_format(_local(value), _("j F Y, H:i"))


@register.filter
def machine_time(value: date | None) -> str:
    """A date or a point in time for the `datetime` attribute of `<time>`, to the minute."""
    if isinstance(value, datetime):
        return str(_local(value).isoformat(timespec="minutes"))
    return value.isoformat() if value else ""


@register.filter
def message_kind(message: Message) -> str:
    """The kind of alert for a message of Django's messages framework."""
    return {"error": "danger", "warning": "warning", "success": "success"}.get(message.level_tag, "info")


@register.filter
def mark_missing(text: str) -> SafeString:
    """Show what the host has not filled in yet: placeholders of the portal's settings stand out."""
    escaped = conditional_escape(text)
    return mark_safe(_PLACEHOLDER.sub(r"<mark>\g<0></mark>", escaped))  # noqa: S308  escaped above


@register.filter
def is_list(value: Any) -> bool:
    """Whether a value is shown as one line each for its parts."""
    return isinstance(value, list | tuple)


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


# --- Forms ------------------------------------------------------------------------------------


def _control_class(field: BoundField) -> str:
    """KERN's class for the control of a field, in its error state where there are errors."""
    widget = field.field.widget
    base = "kern-form-input__select" if isinstance(widget, Select) else "kern-form-input__input"
    if getattr(widget, "input_type", "") == "checkbox":
        base = "kern-form-check__checkbox"
    return f"{base} {base}--error" if field.errors else base


@register.simple_tag
def kern_control(field: BoundField) -> SafeString:
    """The control of a field with KERN's classes, described by hint, limit and error, in that order."""
    widget = field.field.widget
    css = _control_class(field)
    if not isinstance(widget, Select):  # the wrapper of a select carries its width
        css = " ".join(filter(None, [css, widget.attrs.get("class")]))
    attrs: dict[str, str | bool] = {"class": css}
    described_by = " ".join(_described_by(field))
    if described_by:
        attrs["aria-describedby"] = described_by
    return field.as_widget(attrs=attrs)


def _described_by(field: BoundField) -> list[str]:
    ids = [field.field.widget.attrs.get("aria-describedby", "")]
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if text_limit(field):
        ids.append(f"{field.auto_id}_limit")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return [i for i in ids if i]


@register.filter
def text_limit(field: BoundField) -> int | None:
    """How many characters a long text may have; None for other fields, whose limit nobody needs to know."""
    if getattr(field.field.widget, "input_type", "textarea") != "textarea":
        return None
    return getattr(field.field, "max_length", None)


@register.simple_tag
def kern_options(field: BoundField) -> list[dict[str, Any]]:
    """The options of a group of radio buttons or checkboxes, with the attributes KERN and ARIA want."""
    widget = field.field.widget
    kind = (
        "radio"
        if isinstance(widget, RadioSelect) and not isinstance(widget, CheckboxSelectMultiple)
        else "checkbox"
    )
    attrs = field.build_widget_attrs({"id": field.auto_id})
    if kind == "radio":
        attrs.pop("aria-invalid", None)  # ARIA does not allow it on a radio button
    attrs.pop("aria-describedby", None)  # the fieldset carries it
    css = f"kern-form-check__{kind}"
    if field.errors:
        css += f" {css}--error"
    options = []
    for _group, choices, _index in widget.optgroups(
        field.html_name, widget.format_value(field.value()), attrs
    ):
        for option in choices:
            option["attrs"]["class"] = css
            options.append(option)
    return options


@register.filter
def html_attrs(attrs: dict[str, Any]) -> SafeString:
    """Attributes as HTML, each with a blank before it; a form has many of them, so no template draws them."""
    return flatatt(attrs)


@register.simple_tag
def kern_parts(field: BoundField) -> list[dict[str, Any]]:
    """The inputs of a `MonthYearInput`: `part`, `name`, `value`, `attrs`; only the wrong one is marked."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id})
    attrs.pop("aria-invalid", None)
    wrong = widget.wrong_parts(field)
    subwidgets = widget.get_context(field.html_name, field.value(), attrs)["widget"]["subwidgets"]
    parts = []
    for part, width, context in zip(widget.parts, ("2", "4"), subwidgets, strict=True):
        base = "kern-form-input__input"
        css = f"{base} {base}--width-{width}"
        if part in wrong:
            css += f" {base}--error"
            context["attrs"] |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
        context["attrs"]["class"] = css
        parts.append(
            {"part": part, "name": context["name"], "value": context["value"], "attrs": context["attrs"]}
        )
    return parts


@register.filter
def error_target(field: BoundField) -> str:
    """The id that the error summary links to: the control, or the first (or first wrong) of a group."""
    part = getattr(field.field.widget, "first_wrong_part", None)
    if part:
        return part(field)
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def error_links(form: BaseForm) -> list[tuple[str, str]]:
    """The sentences of the error summary, each with the id of the control it speaks of ("" for none)."""
    links = [(str(error), "") for error in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else error_target(field)
        links += [(str(error), target) for error in field.errors]
    return links
