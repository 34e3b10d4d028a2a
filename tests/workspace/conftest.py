"""The scene of the workspace's tests: a world of actors, both advisors signed in, cases on the way.

Pytest loads this file before Django is set up when this folder is named on the command line, so
that models are imported where they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from requests_app.models import Case
    from tests.actors import World


@pytest.fixture
def world(db: None) -> World:
    from tests.actors import World

    return World()


@pytest.fixture
def lead(client: Client, world: World) -> Client:
    """The browser of the advisor who is asked to take the lead."""
    from tests.sign_in import sign_in

    sign_in(client, world.lead.user)
    return client


@pytest.fixture
def co(world: World) -> Client:
    """The browser of the second advisor."""
    from tests.sign_in import sign_in

    browser = Client()
    sign_in(browser, world.co.user)
    return browser


@pytest.fixture
def offered(world: World) -> Case:
    """A case on offer to both advisors."""
    from requests_app.models import CaseStatus

    return world.case(CaseStatus.MATCHING)


@pytest.fixture
def matched(world: World) -> Case:
    """A case that both advisors have accepted."""
    from requests_app import workflow
    from requests_app.models import Case, CaseStatus
    from tests.recordings import replayed_next

    case = world.case(CaseStatus.MATCHED)
    offer = world.offer_of(case, world.co)
    replayed_next("matched", lambda: workflow.accept_offer(offer, world.co.user))
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def talking(world: World, matched: Case) -> Case:
    """The same after a first session, which the lead advisor logged."""
    from requests_app.models import Case
    from tests.actors import log_session
    from tests.recordings import replayed_next

    replayed_next("talking", lambda: log_session(world, matched).pk)
    return Case.objects.get(pk=matched.pk)
