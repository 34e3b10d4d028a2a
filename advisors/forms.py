"""The form by which the coordination keeps an advisor, the account included."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisors.models import Advisor
from miglobe.accounts.models import User, normal_email
from miglobe.accounts.roles import Role


class AdvisorForm(forms.ModelForm):
    """An advisor with name and address of her account.

    Both can be typed for a new advisor, and corrected until she has used it. Then they are hers;
    otherwise whoever keeps the pool could take over an account by changing its address.
    """

    name = forms.CharField(
        label=_("first and last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": _("Enter the first and last name.")},
    )
    email = forms.EmailField(
        label=_("e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "vTextField"}),
        help_text=_("The invitation goes to this address, and it is the name of the account."),
        error_messages={"required": _("Enter the e-mail address.")},
    )

    class Meta:
        model = Advisor
        exclude = ("user",)  # noqa: DJ006 - the fields stand in the admin's groups
        widgets = {
            "profile": forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
            "approach": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "internal_notes": forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account: User | None = self.instance.user if self.instance.pk else None
        if self.account:
            self.initial["name"], self.initial["email"] = self.account.name, self.account.email
            if not _may_be_corrected(self.account):
                for name in ("name", "email"):
                    self.fields[name].disabled = True
                self.fields["email"].help_text = _("Only the person or an administrator can change it.")

    def clean_email(self) -> str:
        email = normal_email(self.cleaned_data["email"])
        holder = User.objects.filter(email=email).exclude(pk=self.account.pk if self.account else 0).first()
        if holder is None:
            return email
        if self.account:
            raise forms.ValidationError(_("There is already an account with this e-mail address."))
        if not holder.is_active:
            raise forms.ValidationError(_("The account with this e-mail address is locked."))
        if Advisor.objects.filter(user=holder).exists():
            raise forms.ValidationError(_("This person is in the pool already."))
        return email

    def save_account(self) -> User:
        """The account of the advisor, made or corrected; for a valid form.

        Somebody who has an account already (a contact person, say) keeps it and its name.
        """
        name, email = self.cleaned_data["name"], self.cleaned_data["email"]
        if self.account is None:
            self.account, _made = User.objects.get_or_create_by_email(email, name)
        elif _may_be_corrected(self.account):
            self.account.name, self.account.email = name, email
            self.account.save(update_fields=["name", "email"])
        return self.account


def _may_be_corrected(user: User) -> bool:
    never_used = not user.has_usable_password() and user.last_login is None
    return never_used and user.roles <= {Role.ADVISOR}
