"""Forms beside the pages of the request."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Layout
from django.utils.translation import gettext_lazy as _

from miglobe.site.forms import KernForm
from requests_app.request_form.fields import Email


class LinkForm(KernForm):
    """Where the link to go on is mailed to."""

    email = Email(
        label=_("E-mail address"),
        error_messages={
            "required": _("Enter the address that we send the link to."),
            "invalid": _("Enter an e-mail address, for example name@stadt.de."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("email")
