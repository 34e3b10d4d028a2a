"""Signing in proves the mailbox: requests that wait for their address to be confirmed are confirmed by it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from miglobe.accounts.models import User
from requests_app import workflow


@receiver(user_logged_in)
def confirm_waiting_requests(user: User, **kwargs: Any) -> None:
    workflow.confirm_by_sign_in(user)
