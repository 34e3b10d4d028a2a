"""The contact persons on the case page, each with what the reader may do about it."""

from __future__ import annotations

from dataclasses import dataclass

from miglobe.accounts.models import User
from requests_app import access
from requests_app.access import Side
from requests_app.models import Case, ContactPerson


@dataclass(frozen=True)
class People:
    """The contact persons of a case as one of them sees them."""

    contacts: list[ContactPerson]
    own: ContactPerson

    @property
    def can_act(self) -> bool:
        """Whoever was invited accepts before anything else."""
        return self.own.confirmed_at is not None

    @property
    def is_invited(self) -> bool:
        """Whether the reader has an invitation to accept (and is signed in already)."""
        return self.own.confirmed_at is None and self.own.invited_by_id is not None

    @property
    def successor(self) -> ContactPerson | None:
        """Who takes over from the reader with the accepted invitation."""
        return next(
            (c for c in self.contacts if c.is_taking_over and c.takes_over_from_id == self.own.pk), None
        )

    @property
    def can_leave(self) -> bool:
        """Not the last one whose address is confirmed."""
        return any(c.confirmed_at for c in self.contacts if c.pk != self.own.pk)


def people(case: Case, user: User) -> People | None:
    """The contact persons of ``case`` for ``user``, who is one of them; None for everybody else."""
    own = access.contact_of(user, case)
    return People(access.contacts_for(case, Side.MUNICIPALITY), own) if own else None
