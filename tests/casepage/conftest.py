from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.actors import World


@pytest.fixture
def world(db: None) -> World:
    """The portal's people."""
    from tests.actors import World  # this file is read before Django is set up

    return World()
