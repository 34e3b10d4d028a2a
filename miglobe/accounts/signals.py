"""What follows from a sign-in, from a saved user and from a changed second factor."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from miglobe.accounts.addresses import keep_one_address
from miglobe.accounts.middleware import SIGNED_IN_UNTIL
from miglobe.accounts.models import User
from miglobe.accounts.second_factor import forget_lost_factor, record_new_factor


@receiver(user_logged_in)
def limit_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """People who see many cases are signed out after a working day, the others after a week.

    The session itself lives on: an unfinished request in it is not to be lost.
    """
    hours = settings.SIGNED_IN_HOURS_STAFF if user.needs_second_factor else settings.SIGNED_IN_HOURS
    request.session[SIGNED_IN_UNTIL] = time.time() + hours * 60 * 60


@receiver(post_save, sender=User)
def follow_changed_address(
    instance: User, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """A changed address replaces the former one for sign-in, too."""
    if not raw and (update_fields is None or "email" in update_fields):
        keep_one_address(instance)


@receiver(mfa_signals.authenticator_added)
def count_new_factor(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who has just set up a second factor has shown it."""
    if request.user == user:
        record_new_factor(request, authenticator)


@receiver(mfa_signals.authenticator_removed)
def drop_lost_factor(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Who has just removed the last second factor sets up a new one before anything else."""
    if request.user == user:
        forget_lost_factor(request, user)
