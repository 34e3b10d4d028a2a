"""Who is at work here: an advisor, on nothing but what is her or his own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from advisors.models import Advisor
from miglobe.accounts.roles import Role
from miglobe.accounts.sign_in import signed_in_user


def own_advisor(request: HttpRequest) -> Advisor:
    """The reader's own row in the pool.

    Raises ``PermissionDenied`` for everybody who has not the role, ``Http404`` for an account with the
    role that the pool does not know yet.
    """
    user = signed_in_user(request)
    if Role.ADVISOR not in user.roles:
        raise PermissionDenied
    return get_object_or_404(Advisor.objects.select_related("user"), user=user)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is nothing at all; None when a form is only to be shown."""
    return request.POST if request.method == "POST" else None
