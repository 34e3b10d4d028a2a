"""The user: a person known by an e-mail address, in one or more roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from miglobe.accounts.roles import SECOND_FACTOR_ROLES, STAFF_ROLES, Role


def normal_email(email: str) -> str:
    """The one way an address is stored and looked up: without blanks around it, lower case."""
    return email.strip().lower()


class Language(models.TextChoices):
    """What mails to a person are written in, each by its own name."""

    GERMAN = "de", "Deutsch"
    ENGLISH = "en", "English"


class Notices(models.TextChoices):
    """How often the portal writes to a person. Codes, and what cannot wait, come at once whatever it says."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    NEEDS_ME = "needs_me", _("Only what needs me")


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normal_email(username or ""))

    def create_user(self, email: str, name: str = "", password: str | None = None, **fields: Any) -> User:
        """Create a user. Without a password the person signs in by e-mailed code only."""
        user = self.model(email=email, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_or_create_by_email(
        self, email: str, name: str = "", language: str = Language.GERMAN
    ) -> tuple[User, bool]:
        """The user of an address (case ignored), made without a password if there is none.

        `name` and `language` are those of a new user. The second value says whether the user is new.
        Two callers at once get the same user.
        """
        return self.get_or_create(
            email=normal_email(email),
            defaults={"name": name, "language": language, "password": make_password(None)},
        )


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(
        _("e-mail address"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("There is already an account with this e-mail address.")},
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language of mails"), max_length=5, choices=Language, default=Language.GERMAN
    )
    notices = models.CharField(
        _("how often mails come"), max_length=10, choices=Notices, default=Notices.AT_ONCE
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick this instead of deleting an account.")
    )
    date_joined = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        constraints = [
            # Makes the unique address unique whatever its case, and its index usable for look-ups.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values),
                name="user_language_known",
                violation_error_message=_("The portal does not speak this language."),
            ),
            models.CheckConstraint(
                condition=models.Q(notices__in=Notices.values),
                name="user_notices_known",
                violation_error_message=_("Choose one of the three answers."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = normal_email(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normal_email(self.email)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The person's roles, read once per request; a prefetch of `groups` serves a list."""
        return frozenset(Role(group.name) for group in self.groups.all() if group.name in set(Role))

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin is open to this person."""
        return self.is_active and bool(self.roles & STAFF_ROLES)

    @property
    def needs_second_factor(self) -> bool:
        """Whether a password or a code alone is not enough for this person."""
        return bool(self.roles & SECOND_FACTOR_ROLES)

    def add_role(self, role: Role) -> None:
        """Give the person one role more. Nothing happens if she has it."""
        self.groups.add(Group.objects.get(name=role))
        self.__dict__.pop("roles", None)

    def set_roles(self, roles: Iterable[Role]) -> None:
        """Give the person exactly these roles; groups that are no roles stay as they are."""
        self.groups.remove(*Group.objects.filter(name__in=set(Role) - set(roles)))
        self.groups.add(*Group.objects.filter(name__in=set(roles)))
        self.__dict__.pop("roles", None)
