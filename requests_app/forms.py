"""Forms that more than one face of a case uses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Div, Layout
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from miglobe.site.fields import LongTextField
from miglobe.site.forms import KernForm
from requests_app import documents
from requests_app.access import MAY_WRITE_TO, Side
from requests_app.documents import Outcome
from requests_app.models import Audience, Document

# Stands at every free text that a municipality writes.
NO_THIRD_PARTIES = _("Please do not give names or personal details of third parties.")

_GOES_TO = {
    (Side.MUNICIPALITY, Audience.EVERYONE): _("To the coordination and your advisors"),
    (Side.MUNICIPALITY, Audience.MUNICIPALITY): _("To the coordination only"),
    (Side.ADVISOR, Audience.EVERYONE): _("To the municipality and the coordination"),
    (Side.ADVISOR, Audience.ADVISORS): _("To the coordination and the other advisor only"),
    (Side.COORDINATOR, Audience.MUNICIPALITY): _("To the municipality only"),
    (Side.COORDINATOR, Audience.ADVISORS): _("To the advisors only"),
    (Side.COORDINATOR, Audience.EVERYONE): _("To the municipality and the advisors"),
}


class DocumentsInput(forms.FileInput):
    """Several files at once; above it those that are kept already, each with a button to remove it."""

    allow_multiple_selected = True
    kern_template = "components/case/documents_field.html"
    kept: Sequence[Document] = ()

    def __init__(self) -> None:
        super().__init__({"accept": documents.ACCEPT, "multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class DocumentsField(forms.FileField):
    """A list of files; ``documents.add_each`` decides about each of them."""

    widget = DocumentsInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text",
            _(
                "At most 5 files of up to 10 MB each: PDF, DOCX, ODT, XLSX, ODS, JPG or PNG. We remove place "
                "and camera from pictures. Please no personal details of third parties."
            ),
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if self.required and not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(data or [])


class Files(Div):
    """Files for a message, folded away until somebody wants to send some."""

    template = "components/case/message_files.html"

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> str:
        """Open where files are kept, or were refused."""
        fields = self.get_rendered_fields(form, context, *args, **kwargs)
        field = form["attachments"]
        is_open = bool(field.errors or field.field.widget.kept)
        return render_to_string(str(self.template), {"fields": fields, "is_open": is_open})


class MessageForm(KernForm):
    """A message from one side of a case; the form says whom it goes to.

    ``audiences`` narrows the choice (no advisors yet: nothing to choose). ``form_key`` makes a
    message that is sent twice one message.
    """

    body = LongTextField(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write a message.")},
    )
    audience = forms.ChoiceField(label=_("Goes to"), widget=forms.RadioSelect)
    attachments = DocumentsField(label=_("Files"), required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    # The thread that is answered: whoever writes to more people than it has is told.
    thread = forms.ChoiceField(choices=Audience, required=False, widget=forms.HiddenInput)
    # The newest message that stood on the page: what came while one typed is still new afterwards.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, side: Side, audiences: tuple[Audience, ...] | None = None, **kwargs: Any
    ) -> None:
        initial = {"form_key": uuid.uuid4()} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        offered = [a for a in MAY_WRITE_TO[side] if audiences is None or a in audiences]
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)
        audience.choices = [(str(a), _GOES_TO[side, a]) for a in offered]
        self.initial.setdefault("audience", str(offered[0]))
        if side == Side.MUNICIPALITY:
            self.fields["body"].help_text = NO_THIRD_PARTIES
        if len(offered) == 1:
            audience.widget = forms.HiddenInput()
        self.helper.layout = Layout("body", "audience", Files("attachments"), "form_key", "thread", "seen")

    def show_files(self, kept: Sequence[Document]) -> None:
        """Show the files that are kept with the draft."""
        widget: Any = self.fields["attachments"].widget
        widget.kept = kept

    def refuse(self, outcome: Outcome) -> None:
        """Say at the field which files were not taken."""
        for sentence in outcome.refused:
            self.add_error("attachments", sentence)

    def clean_audience(self) -> Audience:
        return Audience(self.cleaned_data["audience"])


class DocumentsForm(KernForm):
    """Further documents for the case."""

    documents = DocumentsField(
        label=_("Add documents"), error_messages={"required": _("Choose at least one file.")}
    )

    def refuse(self, outcome: Outcome) -> None:
        """Say at the field which files were not taken."""
        for sentence in outcome.refused:
            self.add_error("documents", sentence)
