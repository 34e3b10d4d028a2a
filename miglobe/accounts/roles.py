"""The four roles. A role is a Django group; its permissions are set by a migration."""

from enum import StrEnum


class Role(StrEnum):
    """Group names. Stable keys: code, migrations and the admin refer to them."""

    MUNICIPALITY_CONTACT = "municipality_contact"
    ADVISOR = "advisor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


# Who works in the Django admin.
STAFF_ROLES = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
# Who may not act without a second factor.
SECOND_FACTOR_ROLES = frozenset({Role.ADVISOR, Role.COORDINATOR, Role.ADMINISTRATOR})
