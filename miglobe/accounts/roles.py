"""The four roles. A role is a Django group; its permissions are set by migrations."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Group names. Stable keys: code, migrations and the admin refer to them."""

    MUNICIPALITY_CONTACT = "municipality_contact"
    ADVISOR = "advisor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Promise:
        """The role in the words that people read."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.MUNICIPALITY_CONTACT: _("Contact person of a municipality"),
    Role.ADVISOR: _("Advisor"),
    Role.COORDINATOR: _("Coordination"),
    Role.ADMINISTRATOR: _("Administration"),
}

# Who works in the Django admin.
STAFF_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# Who may not act without a second factor.
SECOND_FACTOR_ROLES = frozenset({Role.ADVISOR, Role.COORDINATOR, Role.ADMINISTRATOR})
