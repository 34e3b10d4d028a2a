"""Accounts in the Django admin: administrators make them, give roles and invite."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from miglobe.accounts.admin_lists import ActingList
from miglobe.accounts.invitations import invite, may_be_invited, reset_access
from miglobe.accounts.models import User
from miglobe.accounts.roles import ROLE_LABELS, SECOND_FACTOR_ROLES, Role
from miglobe.accounts.second_factor import FACTORS
from miglobe.accounts.sign_in import signed_in_user

BOTH_PLACES = [ActionLocation.CHANGE_FORM, ActionLocation.CHANGE_LIST]


class UserForm(forms.ModelForm):
    """A person and her roles. `acting` is the administrator who fills it in."""

    acting: User
    roles = forms.MultipleChoiceField(
        label=_("roles"),
        choices=list(ROLE_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("A person can have several. All but contact persons need a second factor."),
    )

    class Meta:
        model = User
        fields = ["email", "name", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["roles"].initial = list(self.instance.roles)

    def clean_roles(self) -> list[Role]:
        roles = [Role(value) for value in self.cleaned_data["roles"]]
        if self.instance == self.acting and Role.ADMINISTRATOR not in roles:
            raise forms.ValidationError(
                _("You cannot give up your own role of administration. Ask another administrator.")
            )
        return roles

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if self.instance == self.acting and not is_active:
            raise forms.ValidationError(_("You cannot lock your own account."))
        return is_active


class NewUserForm(UserForm):
    """The same, with the invitation right away."""

    invite = forms.BooleanField(
        label=_("send an invitation"),
        required=False,
        initial=True,
        help_text=_("By its link the person chooses a password. Contact persons sign in by code without it."),
    )


class RoleFilter(admin.SimpleListFilter):
    """Narrows the list to one role."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(ROLE_LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(ActingList):
    """No password is ever set or shown here, and nobody is deleted."""

    list_display = ["email", "name", "roles_in_words", "is_active", "last_login", "second_factor"]
    list_filter = [RoleFilter, "is_active"]
    search_fields = ["email", "name"]
    show_full_result_count = False
    actions = ["send_invitation", "reset_sign_in"]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, form=UserForm if change else NewUserForm, **kwargs)
        form.acting = signed_in_user(request)
        return form

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        fields = ["email", "name", "roles", "is_active"]
        return [*fields, *self.get_readonly_fields(request, obj)] if obj else [*fields, "invite"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return ["second_factor", "last_login", "date_joined"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        return super().get_queryset(request).prefetch_related("groups").annotate(factor=Exists(factor))

    def save_model(self, request: HttpRequest, obj: User, form: UserForm, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        obj.set_roles(form.cleaned_data["roles"])
        if form.cleaned_data.get("invite") and may_be_invited(obj):
            invite(obj, request)

    # --- Who may do what ----------------------------------------------------------------------

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """As in Django's own admin of accounts: nobody finds out about passwords letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and _is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Cases and events name the person, so an account is made inactive instead."""
        return False

    # --- Columns ------------------------------------------------------------------------------

    @admin.display(description=_("roles"))
    def roles_in_words(self, user: User) -> str:
        return ", ".join(sorted(str(role.label) for role in user.roles)) or "–"

    @admin.display(description=_("second factor"), boolean=True)
    def second_factor(self, user: User) -> bool | None:
        """Yes, no, or unknown for people who need none."""
        factor: bool = getattr(user, "factor", False)
        return factor if factor or user.roles & SECOND_FACTOR_ROLES else None

    # --- Actions ------------------------------------------------------------------------------

    @admin.action(description=_("Send invitation"), permissions=["change"], location=BOTH_PLACES)
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Mail the link by which a person chooses a password."""
        self._for_each_invitable(request, queryset, reset=False)

    @admin.action(
        description=_("Reset sign-in and invite anew"),
        permissions=["change"],
        location=ActionLocation.CHANGE_FORM,
    )
    def reset_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For somebody who has lost the second factor: password and factors go, an invitation comes."""
        self._for_each_invitable(request, queryset, reset=True)

    def _for_each_invitable(self, request: HttpRequest, queryset: QuerySet[User], *, reset: bool) -> None:
        people = list(queryset)
        invitable = [user for user in people if may_be_invited(user)]
        for user in invitable:
            if reset:
                reset_access(user)
            invite(user, request)
            self.log_change(request, user, "Sign-in reset, invited." if reset else "Invited.")
        if count := len(invitable):
            sent = ngettext("One invitation is on its way.", "%(count)d invitations are on their way.", count)
            self.message_user(request, sent % {"count": count}, messages.SUCCESS)
        if count < len(people):
            refused = _("Locked accounts and contact persons, who sign in by code, get no invitation.")
            self.message_user(request, refused, messages.WARNING)


def _is_administrator(request: HttpRequest) -> bool:
    """Roles are given by administrators alone, whatever permissions a group may get one day."""
    return Role.ADMINISTRATOR in signed_in_user(request).roles
