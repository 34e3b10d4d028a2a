"""How the tests of the case page look at it: as one signed-in person, in words instead of markup."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from miglobe.accounts.models import User
from requests_app.models import ActionOption, Case
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in


def url(case: Case | None, name: str = "case", *args: Any) -> str:
    return reverse(f"casepage:{name}", args=[*([case.reference] if case else []), *args])


class Visitor:
    """One person, signed in. `get` and `post` follow redirects, as a browser does."""

    def __init__(self, user: User) -> None:
        self.user, self.client = user, Client()
        sign_in(self.client, user)

    def get(self, case: Case | None, name: str = "case", *args: Any) -> Any:
        return self.client.get(url(case, name, *args), follow=True)

    def post(self, case: Case, name: str, /, *args: Any, **data: Any) -> Any:
        return self.client.post(url(case, name, *args), data, follow=True)


def contact(case: Case) -> Visitor:
    """The contact person of a case, signed in."""
    return Visitor(actors.contact_of(case))


def words(response: Any) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def notices(response: Any) -> list[str]:
    """What the page says about the last step, on top."""
    return [str(message) for message in response.context["messages"]]


def errors(response: Any) -> list[str]:
    """The sentences of the error summary."""
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


def proposed(world: World, case: Case, *titles: str) -> list[ActionOption]:
    """Options that lie before the municipality."""
    return [actors.propose_option(world, case, title=title) for title in titles]
