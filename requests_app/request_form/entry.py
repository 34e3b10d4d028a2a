"""The questions of all pages on one page: for a request that somebody enters for a municipality.

Coordinators and advisors enter it, and the contact person reads, corrects and confirms it. The forms are
those of the request form, so that a new question there is asked here as well.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import Manager, Model
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.models import User, normal_email
from miglobe.site.forms import KernForm
from requests_app.forms import DocumentsField
from requests_app.models import Case, Channel, ContactPerson, ExpectedContact, Municipality
from requests_app.request_form import pages
from requests_app.request_form.choices import Choices
from requests_app.request_form.fields import Text
from requests_app.request_form.forms import CodeForm, PageForm
from requests_app.request_form.partners import ADD_PARTNER, PartnersInput
from requests_app.request_form.submission import CONTACT_FIELDS, new_request
from requests_app.workflow import NewRequest


class OriginForm(KernForm):
    """What whoever enters a request says about it. ``form_key``: sent twice, it is one case."""

    remark = Text(label=_("Internal note"), max_length=5000, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    channel = Channel.ADVISOR

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"form_key": uuid.uuid4()}, **kwargs)


class CoordinatorOriginForm(OriginForm):
    """The coordination notes how the request came."""

    CHANNELS: ClassVar = (Channel.PHONE, Channel.MAIL, Channel.EVENT, Channel.FUNDER)

    way = forms.ChoiceField(
        label=_("How did the request come?"),
        choices=[(str(each), each.label) for each in CHANNELS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the request came.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        example = _("Only the coordination reads it. For example: call back on Monday.")
        self.fields["remark"].help_text = example
        self.helper.layout = Layout("way", "remark", "form_key")


class AdvisorOriginForm(OriginForm):
    """An advisor tells the coordination where she met the municipality."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remark"].label = _("Note to the coordination")
        self.fields["remark"].help_text = _("Only the coordination reads it. For example: where you met.")
        self.helper.layout = Layout("remark", "form_key")


class SeenForm(KernForm):
    """Corrects what was entered. ``seen`` is the version of the case that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class SeenAndCodeForm(CodeForm):
    """The same, with the code that proves the address."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Field("code", css_class="app-w-10"), "seen")


@dataclass(frozen=True)
class Section:
    """The questions of one page. One where nothing must be answered is folded while nothing stands in it."""

    title: Promise
    form: PageForm

    @property
    def folds(self) -> bool:
        return not self.form.mark_optional

    @property
    def is_open(self) -> bool:
        values = {field.name: field.value() for field in self.form}
        answered = [
            v for name, v in values.items() if v and v != self.form.fields[name].initial and v != ["", ""]
        ]
        return bool(self.form.errors or answered)


class Entry:
    """The forms of the pages together, and ``about``: what is asked besides. It behaves like one form.

    ``data`` is what was posted; without it the forms show what ``case`` holds, and ``contact``
    (by default the main one). ``can_wait``: fields that
    the public form requires may stay empty. ``left_out``: questions that are not asked here.
    """

    def __init__(
        self,
        about: KernForm,
        data: Any = None,
        *,
        case: Case | None = None,
        contact: ContactPerson | None = None,
        can_wait: bool,
        left_out: tuple[str, ...] = (),
    ) -> None:
        self.about = about
        self.is_bound = data is not None
        initial = written(case, contact) if case else {"organisation": ""}
        choices = Choices.load()
        self.sections = [
            Section(page.label, page.form_class(data, choices=choices, initial=initial))
            for page in pages.PAGES
        ]
        self.forms = [section.form for section in self.sections]
        self.can_wait = can_wait
        for form in self.forms:
            files = [name for name, field in form.fields.items() if isinstance(field, DocumentsField)]
            for name in (*files, *left_out):
                _leave_out(form, name)
            if can_wait:
                _let_wait(form)

    def is_valid(self) -> bool:
        """Whether everything that was typed can be kept."""
        valid = [form.is_valid() for form in (*self.forms, self.about)]  # each of them tells its errors
        return all(valid) and self._is_whole()

    def _is_whole(self) -> bool:
        if not self.can_wait:
            return True
        first = self.forms[0]
        if first.data.get("municipality_typed", "").strip() and not first.cleaned_data["municipality"]:
            # Nothing that was typed is dropped without a word.
            first.add_error("municipality", first.fields["municipality"].error_messages["required"])
            return False
        if not any(form.cleaned_data.get(name) for form in self.forms for name in _TELLING):
            self.add_error(None, gettext("Fill in at least one entry: a name, a number or what it is about."))
            return False
        return True

    def is_own_address(self, user: User) -> bool:
        """Whether ``user`` enters herself as the contact person of a valid entry; that is an error then."""
        form = self.forms[0]
        if normal_email(form.cleaned_data["email"]) != user.email:
            return False
        form.add_error("email", gettext("Enter the address of the contact person, not your own."))
        return True

    def misses_address(self) -> bool:
        """Whether a valid entry would take the contact person's address away; that is an error then."""
        form = self.forms[0]
        if form.cleaned_data["email"]:
            return False
        form.add_error("email", gettext("Enter the e-mail address of the contact person."))
        return True

    def asks_for_a_row(self) -> bool:
        """Whether the button for one more municipality was pressed. Then nothing else is judged yet."""
        if not self.is_bound or ADD_PARTNER not in self.forms[0].data:
            return False
        wrong = self.forms[0].errors.get("partners")
        self.keep_quiet()
        if wrong:
            self.forms[0].errors["partners"] = wrong
        partners = self.forms[0].fields["partners"].widget
        assert isinstance(partners, PartnersInput)
        partners.has_focus = not wrong
        return True

    def keep_quiet(self) -> None:
        """Show what was typed without judging it yet."""
        for form in (*self.forms, self.about):
            form.errors.clear()

    def request(self, channel: Channel) -> NewRequest:
        """What was entered, for a valid entry."""
        return new_request(self.forms, channel)

    # --- What the error summary and the page's title ask of a form ---

    @property
    def errors(self) -> dict[str, Any]:
        return {name: found for form in (*self.forms, self.about) for name, found in form.errors.items()}

    def non_field_errors(self) -> list[str]:
        return [str(error) for form in (*self.forms, self.about) for error in form.non_field_errors()]

    def add_error(self, field: str | None, sentence: str) -> None:
        self.about.add_error(field, sentence)

    def __iter__(self) -> Iterator[BoundField]:
        for form in (*self.forms, self.about):
            yield from form


# What is worth keeping alone: with one of them somebody can go on.
_TELLING = (
    "municipality",
    "organisation",
    "unit",
    "name",
    "email",
    "phone",
    "title",
    "situation",
    "guiding_question",
)


def _let_wait(form: PageForm) -> None:
    for field in form.fields.values():
        if field.required:
            field.required = False
            # Our own attribute: the template of the label reads it.
            field.can_wait = True  # type: ignore[attr-defined]


def _leave_out(form: PageForm, name: str) -> None:
    if name not in form.fields:
        return
    del form.fields[name]
    layout = form.helper.layout
    layout.fields = [each for each in layout.fields if name not in getattr(each, "fields", [each])]


def written(case: Case, contact: ContactPerson | None = None) -> dict[str, Any]:
    """What ``case`` and a contact person of it hold, as initial values of the pages' fields."""
    known = contact or case.main_contact or ExpectedContact.objects.filter(case=case).first()
    names = [name for page in pages.PAGES for name in page.form_class.base_fields if hasattr(case, name)]
    return {name: _value(case, name) for name in names if name != "documents"} | {
        name: getattr(known, name, "") for name in CONTACT_FIELDS
    }


def _value(case: Case, name: str) -> Any:
    value = getattr(case, name)
    if isinstance(value, Manager):
        return [_key(each) for each in value.all()]
    if isinstance(value, Municipality):
        return _key(value)
    if isinstance(value, Model):
        return str(value.pk)
    return value


def _key(choice: Any) -> str:
    """The key of a municipality or topic; of a municipality that was merged, the one it is part of now."""
    successor = choice.successor if isinstance(choice, Municipality) else None
    return str((successor or choice).key)


def contact_entry(contact: ContactPerson, data: Any = None, *, with_code: bool) -> Entry:
    """What the contact person reads, corrects and confirms. The address is proven, so it stays as it is.

    For a company she is asked only where one was entered; what she typed about one is kept nevertheless.
    """
    about_company = contact.case.organisation or (data is not None and "organisation" in data)
    left_out = ("email",) if about_company else ("email", "organisation")
    about = (SeenAndCodeForm if with_code else SeenForm)(data, initial={"seen": contact.case.version})
    return Entry(about, data, case=contact.case, contact=contact, can_wait=False, left_out=left_out)


def entry_after_change(contact: ContactPerson, data: QueryDict, *, with_code: bool) -> Entry:
    """The same when the case has changed under it: what was typed stays, to be read and sent once more."""
    typed = data.copy()
    typed["seen"] = str(contact.case.version)
    form = contact_entry(contact, typed, with_code=with_code)
    form.add_error(
        None, gettext("The coordination has changed an entry meanwhile. Read yours once more, please.")
    )
    return form
