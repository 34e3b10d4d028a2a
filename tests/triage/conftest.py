"""The scene of the coordinators' tests. Django is set up after this file is read, so imports stand inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.actors import World
    from tests.triage.desk import Desk


@pytest.fixture
def world(db: None) -> World:
    from tests.actors import World

    return World()


@pytest.fixture
def desk(world: World) -> Desk:
    """The coordinator at her desk."""
    from tests.triage.desk import Desk

    return Desk(world.coordinator)
