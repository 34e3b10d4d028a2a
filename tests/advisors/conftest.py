"""The scene of the pool's tests. Django is set up after this file is read, so imports stand inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from miglobe.accounts.models import User


@pytest.fixture
def coordinator(db: None) -> User:
    from tests import actors

    return actors.coordinator()


@pytest.fixture
def desk(coordinator: User) -> Client:
    """The browser of a coordinator."""
    from tests.sign_in import sign_in

    browser = Client()
    sign_in(browser, coordinator)
    return browser
