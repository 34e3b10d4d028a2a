"""The five roles. A role is a Django group; its permissions are set by migrations."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Group names. Stable keys: code, migrations and the admin refer to them."""

    MUNICIPALITY_CONTACT = "municipality_contact"
    ADVISOR = "advisor"
    COORDINATOR = "coordinator"
    READER = "reader"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Promise:
        """The role in the words that people read."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.MUNICIPALITY_CONTACT: _("Contact person of a municipality"),
    Role.ADVISOR: _("Advisor"),
    Role.COORDINATOR: _("Coordination"),
    Role.READER: _("Reader"),
    Role.ADMINISTRATOR: _("Administration"),
}

# Who coordinates cases.
COORDINATION_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# To whom the Django admin is open; readers see lists and numbers there, without personal data.
STAFF_ROLES = COORDINATION_ROLES | {Role.READER}
# Who may not act without a second factor.
SECOND_FACTOR_ROLES = STAFF_ROLES | {Role.ADVISOR}
