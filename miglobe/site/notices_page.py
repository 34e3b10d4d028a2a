"""The page on which a person chooses how often the portal writes."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from miglobe.accounts.models import Notices, User
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernModelForm
from miglobe.site.methods import acts
from miglobe.site.widgets import RadioSelect


class NoticesForm(KernModelForm):
    """The three answers, each with what it means."""

    notices = forms.ChoiceField(
        label=gettext_lazy("How often should we write to you?"),
        choices=Notices.choices,
        widget=RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the three answers."),
            "invalid_choice": gettext_lazy("Choose one of the three answers."),
        },
    )

    class Meta:
        model = User
        fields = ("notices",)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["notices"].widget
        assert isinstance(widget, RadioSelect)
        widget.hints = {
            Notices.AT_ONCE: _at_once(settings.MAIL_BUNDLE_MINUTES),
            Notices.DAILY: _("Early on every working day, in one mail. On days without news none comes."),
            Notices.NEEDS_ME: _(
                "A mail comes when somebody asks you something or waits for you. What is only news you find "
                "on the page of the case."
            ),
        }


def _at_once(minutes: int) -> str:
    if not minutes:
        return _("A mail comes as soon as something happens.")
    return _("A mail comes within minutes. What happens within %(minutes)d minutes comes in one mail.") % {
        "minutes": minutes
    }


@acts
def choose(request: HttpRequest) -> HttpResponse:
    """Show the choice; POST keeps it. It holds for mails that are written from then on."""
    user = signed_in_user(request)
    form = NoticesForm(request.POST if request.method == "POST" else None, instance=user)
    if request.method == "POST" and form.is_valid():
        user.save(update_fields=["notices"])
        messages.success(
            request, _("Your choice is kept: %(choice)s.") % {"choice": user.get_notices_display()}
        )
        return redirect("mfa_index")
    return render(request, "account/notices.html", {"form": form})
