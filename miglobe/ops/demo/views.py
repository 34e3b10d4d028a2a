"""Become one of the people of the sample world, and read the mails it sent."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.accounts.sign_in import sign_in_for_demo
from miglobe.ops.demo import mails

# Whom one can become, in this order, and where each of them begins.
_HOME = {
    Role.MUNICIPALITY_CONTACT: "casepage:list",
    Role.COORDINATOR: "admin:index",
    Role.ADMINISTRATOR: "admin:index",
    Role.READER: "admin:index",
    Role.ADVISOR: "workspace:home",
}


@login_not_required
@require_safe
def personas(request: HttpRequest) -> HttpResponse:
    """Everybody one can become, by role."""
    people = User.objects.filter(is_active=True).prefetch_related("groups", "contact_for__case__municipality")
    groups = {role: [u for u in people.order_by("name") if role in _roles(u)] for role in _HOME}
    context = {
        "contacts": groups[Role.MUNICIPALITY_CONTACT],
        "coordinators": groups[Role.COORDINATOR],
        "administrators": groups[Role.ADMINISTRATOR],
        "readers": groups[Role.READER],
        "advisors": groups[Role.ADVISOR],
    }
    return render(request, "demo/personas.html", context)


def _roles(user: User) -> set[str]:
    return {group.name for group in user.groups.all()}


@login_not_required
@require_POST
def become(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as a person of the sample world and go where that person works."""
    user = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    sign_in_for_demo(request, user)
    messages.success(request, _("You are now %(name)s.") % {"name": user})
    home = next((path for role, path in _HOME.items() if role in user.roles), "site:landing")
    return redirect(home)


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail the demo sent, newest first."""
    return render(request, "demo/mailbox.html", {"mails": mails.latest(), "limit": mails.LATEST})


@login_not_required
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    found = mails.find(name)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})
