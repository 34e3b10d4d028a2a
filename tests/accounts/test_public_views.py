"""The list of public views, held both ways against the paths there are."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from miglobe.accounts.middleware import ALWAYS_OPEN, CHALLENGE, SET_UP
from miglobe.accounts.public_views import PUBLIC_VIEW_NAMES, PUBLIC_WHEN_SWITCHED_ON


def views(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every view with its full name; a view without a name goes by its path."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            below = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from views(entry, below)
        else:
            yield ":".join((*namespaces, entry.name or f"({entry.pattern})")), entry


ALL = dict(views(get_resolver()))
OPEN = {name for name, entry in ALL.items() if getattr(entry.callback, "login_required", True) is False}


def test_no_view_is_public_without_being_listed():
    assert sorted(OPEN - PUBLIC_VIEW_NAMES - PUBLIC_WHEN_SWITCHED_ON) == []


def test_every_listed_view_is_there_and_public():
    assert sorted(PUBLIC_VIEW_NAMES - OPEN) == []


def test_views_that_the_second_factor_middleware_names_are_there():
    assert sorted((ALWAYS_OPEN | SET_UP | CHALLENGE) - set(ALL)) == []


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_confirm_email",
        "account_email_verification_sent",
        "socialaccount_signup",
        "socialaccount_connections",
    ],
)
def test_pages_of_allauth_that_we_do_not_use_have_no_path(name):
    assert name not in ALL
