"""Forms to record a conflict of interest, for the coordination and for the advisors themselves."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.site.forms import KernForm
from requests_app.models import Case, ConflictKind, Municipality
from requests_app.request_form.choices import Choices
from requests_app.request_form.fields import Line, MunicipalityField
from requests_app.workflow import NewConflict

THIS_CASE = "case"


_MY_REASONS = [
    (str(ConflictKind.EMPLOYED), _("I work there")),
    (str(ConflictKind.COUNCILLOR), _("I sit on the council there")),
    (str(ConflictKind.OTHER), ConflictKind.OTHER.label),
]


def _kind(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=ConflictKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )


def _speak_of_oneself(form: KernForm) -> None:
    kind = form.fields["kind"]
    assert isinstance(kind, forms.ChoiceField)
    kind.choices = _MY_REASONS
    form.fields["note"].help_text = _("Only you and the coordination read it.")


def _note() -> Line:
    return Line(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("Only the coordination and the advisor read it. Please no details about other people."),
    )


class ConflictForm(KernForm):
    """A conflict with a municipality of the register, wherever it asks."""

    municipality = MunicipalityField(
        label=_("With which municipality?"),
        error_messages={"required": _("Choose the municipality from the list.")},
    )
    kind = _kind(_("Why is advice not possible there?"))
    note = _note()

    def __init__(self, *args: Any, is_own: bool = False, **kwargs: Any) -> None:
        """``is_own``: the advisor fills it in herself."""
        super().__init__(*args, **kwargs)
        if is_own:
            _speak_of_oneself(self)
        field = self.fields["municipality"]
        assert isinstance(field, MunicipalityField)
        typed = Truncator(self.data.get("municipality_typed", "").strip()).chars(80)
        field.offer(Choices.load(), typed)
        self.helper.layout = Layout(Field("municipality", css_class="app-w-30"), "kind", "note")

    def new_conflict(self) -> NewConflict:
        """What was filled in, once the form is valid."""
        typed = self.cleaned_data
        municipality = Municipality.objects.get(key=typed["municipality"])
        return NewConflict(typed["kind"], municipality, typed["note"])


class CaseConflictForm(KernForm):
    """A conflict seen from a case: with a municipality that asks, or with this case alone."""

    about = forms.ChoiceField(
        label=_("What does it concern?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it concerns.")},
    )
    kind = _kind(_("What is the reason?"))
    note = _note()

    def __init__(
        self, *args: Any, case: Case, is_own: bool = False, is_confidential: bool = False, **kwargs: Any
    ) -> None:
        """``case`` brings its municipality and partners; a confidential offer does not name them."""
        super().__init__(*args, **kwargs)
        if is_own:
            _speak_of_oneself(self)
        asking = [case.municipality, *case.partners.all()]
        self._asking = {} if is_confidential else {each.key: each for each in asking if each}
        if not self._asking:
            del self.fields["about"]
            return
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = [
            *[(k, gettext("Everything with %(place)s") % {"place": m}) for k, m in self._asking.items()],
            (THIS_CASE, gettext("This case only")),
        ]

    def new_conflict(self) -> NewConflict:
        """What was filled in, once the form is valid; without a municipality it is about the case."""
        typed = self.cleaned_data
        return NewConflict(typed["kind"], self._asking.get(typed.get("about", "")), typed["note"])
