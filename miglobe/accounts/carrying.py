"""What a session keeps when the person changes: entries that belong to the browser, not to an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

# Names of session entries. Other rooms add theirs; nothing that shows who was signed in belongs here.
OF_THE_BROWSER: set[str] = set()


@contextmanager
def carried_over(request: HttpRequest) -> Iterator[None]:
    """Carry the browser's entries through a sign-in or sign-out, which may empty the session."""
    kept = {name: request.session[name] for name in OF_THE_BROWSER if name in request.session}
    yield
    for name, value in kept.items():
        request.session.setdefault(name, value)
