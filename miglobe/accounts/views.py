"""The pages of an account that allauth does not have, and those of its pages that we change."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage
from allauth.mfa.base import views as mfa_views
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from miglobe.accounts import invitations
from miglobe.accounts.adapters import home_of
from miglobe.accounts.forms import InvitationForm, LanguageForm, PasswordLoginForm
from miglobe.accounts.models import Language
from miglobe.accounts.sign_in import signed_in_user


class PasswordLogin(account_views.LoginView):
    """Sign-in with a password; `account_login` itself sends a code."""

    template_name = "account/login_password.html"

    def get_form_class(self) -> type[PasswordLoginForm]:
        return PasswordLoginForm


@login_not_required
@require_safe
def request_login_code(request: HttpRequest) -> HttpResponse:
    """allauth's name for the page where a code is asked for: with us the sign-in page itself."""
    return redirect(reverse("account_login", query=request.GET))


@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """allauth's way out. What forms kept on the device goes with it, as others may use the device.

    Not where a sign-in is broken off: whose sign-in ran out still has what was typed on the device.
    """
    was_signed_in = request.user.is_authenticated
    response: HttpResponse = account_views.logout(request)
    if was_signed_in and request.method == "POST":
        response["Clear-Site-Data"] = '"storage"'
    return response


@method_decorator(login_not_required, name="dispatch")
class ConfirmLoginCode(account_views.ConfirmLoginCodeView):
    """The page for the code; says so when the code has run out."""

    stage: LoginByCodeStage | None = None
    _process: LoginCodeVerificationProcess | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if self.stage and not self._process:
            messages.error(request, _("The code has expired. Please ask for a new one."))
        return response

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super()._resend_form_valid(form)
        messages.success(self.request, _("We have sent a new code. Earlier codes no longer work."))
        return response


class Overview(mfa_views.IndexView):
    """The account: who one is, password, second factor."""

    template_name = "account/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in_user(self.request)
        roles = sorted(str(role.label) for role in user.roles)
        others = [language for language in Language if language != user.language]
        return super().get_context_data(roles=roles, other_languages=others, **kwargs)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the page where the person's work begins."""
    return redirect(home_of(signed_in_user(request)))


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language that the person wants her mails in."""
    form = LanguageForm(request.POST, instance=signed_in_user(request))
    if form.is_valid():
        user = form.save()
        name = Language(user.language).label
        messages.success(
            request, _("From now on we write to you in this language: %(name)s.") % {"name": name}
        )
    return redirect("mfa_index")


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Explain the second factor and offer the two kinds."""
    return render(request, "account/second_factor.html")


def for_password_roles(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a page only to people who sign in with a password and a second factor; others sign in by code."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not signed_in_user(request).needs_second_factor:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by the link of an invitation. Opening the page changes nothing."""
    user = invitations.invited_user(token)
    if user is None:
        return render(request, "account/invitation_gone.html", status=410)
    form = InvitationForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        return invitations.accept(request, user, form.cleaned_data["password1"])
    return render(request, "account/invitation.html", {"form": form, "invited": user})
