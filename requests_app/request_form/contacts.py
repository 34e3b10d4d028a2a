"""The forms about contact persons of a case: invite one, correct data, hand over."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from miglobe.site.forms import KernForm
from miglobe.site.widgets import RadioSelect
from requests_app.models import Case, ContactPerson
from requests_app.request_form.fields import Email, Line
from requests_app.workflow import NewContact

NEW = "new"


class ContactDataForm(KernForm):
    """What is known about a contact person, but for the address: that is the account."""

    name = Line(
        label=_("Name"),
        help_text=_("First and last name, or the name of the shared mailbox."),
        max_length=150,
        error_messages={"required": _("Enter a name.")},
    )
    is_shared_mailbox = forms.BooleanField(
        label=_("This is a shared mailbox"),
        help_text=_(
            "Several people read it, and each of them can sign in with its code. Messages are signed with "
            "its name, for example “Integration office”."
        ),
        required=False,
    )
    function = Line(label=_("Function"), max_length=160, required=False)
    phone = Line(label=_("Telephone"), max_length=40, required=False, kind="tel")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "name", "is_shared_mailbox", "function", Field("phone", css_class="app-w-20")
        )


class ContactForm(ContactDataForm):
    """Who is invited."""

    email = Email(
        label=_("Work e-mail address"),
        help_text=_("We send the invitation to this address."),
        error_messages={
            "required": _("Enter the work e-mail address."),
            "invalid": _("Enter an e-mail address, for example name@stadt.de."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"  # it is somebody else's
        self.helper.layout.insert(1, Field("email", css_class="app-w-30"))

    def new_contact(self) -> NewContact:
        """Who is to be invited; for a valid form."""
        names = ("name", "email", "function", "phone", "is_shared_mailbox")
        return NewContact(**{name: self.cleaned_data[name] for name in names})


class HandOverForm(ContactForm):
    """Who takes over: one of the other contact persons, or somebody new."""

    to = forms.ChoiceField(
        label=_("Who takes over?"),
        help_text=_("Fill in name and address only for somebody new."),
        widget=RadioSelect,
        error_messages={"required": _("Choose who takes over.")},
    )

    def __init__(self, *args: Any, case: Case, own: ContactPerson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(c.pk): c for c in case.contacts.all() if c.pk != own.pk}
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [*((pk, _named(c)) for pk, c in self.others.items()), (NEW, _("Somebody new"))]
        for name in ("name", "email"):
            self.fields[name].required = False
        if self.others:
            self.helper.mark_optional = False
            self.helper.layout.insert(0, "to")
        else:
            to.widget = forms.HiddenInput()
            self.initial["to"] = NEW
            self.helper.layout.append("to")

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("to") == NEW:
            for name in ("name", "email"):
                if not typed.get(name) and not self.has_error(name):
                    self.add_error(name, self.fields[name].error_messages["required"])
        elif typed.get("to"):
            # What stands in the fields for somebody new does not matter then.
            for name in ("name", "email", "function", "phone"):
                self.errors.pop(name, None)
        return typed

    def successor(self) -> ContactPerson | NewContact:
        """Who takes over; for a valid form."""
        chosen = self.others.get(self.cleaned_data["to"])
        return chosen or self.new_contact()


def _named(contact: ContactPerson) -> str:
    if contact.confirmed_at:
        return contact.name
    return gettext("%(name)s (invited)") % {"name": contact.name}
