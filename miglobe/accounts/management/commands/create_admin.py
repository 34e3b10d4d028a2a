"""Makes the first administrator and prints the link by which she signs in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from miglobe.accounts.invitations import LIFETIME, invitation_link, reset_access
from miglobe.accounts.models import User
from miglobe.accounts.roles import Role


class Command(BaseCommand):
    help = (
        "Makes an administrator, who also coordinates, and prints a link to choose a password. "
        "Called again for the same address it prints a new link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the person's e-mail address")
        parser.add_argument("name", help="first and last name, in quotes")
        parser.add_argument(
            "--reset",
            action="store_true",
            help="take away password and second factor first, for somebody who has lost them",
        )

    def handle(self, *args: Any, email: str, name: str, reset: bool, **options: Any) -> None:
        try:
            validate_email(email.strip())
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        with transaction.atomic():
            user, is_new = User.objects.get_or_create_by_email(email, name)
            if not user.is_active:
                raise CommandError(f"The account {user.email} is locked. Unlock it in the admin first.")
            user.add_role(Role.ADMINISTRATOR)
            user.add_role(Role.COORDINATOR)
            if reset:
                reset_access(user)
        link = invitation_link(user)
        made = "was made" if is_new else "exists already and is now an administrator"
        self.stdout.write(f"The account {user.email} {made}.")
        self.stdout.write(f"Open this link within {LIFETIME.days} days to choose a password; it works once:")
        self.stdout.write(link)
