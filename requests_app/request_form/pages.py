"""The pages of the form in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.request_form.choices import Choices
from requests_app.request_form.forms import ConcernForm, MunicipalityForm, PageForm, WishesForm

# What was typed on a page: every posted name with its values, as text.
Typed = dict[str, list[str]]


@dataclass(frozen=True)
class Page:
    """One page of the form. ``key`` is its name in the draft and in the URLs' names."""

    key: str
    label: Promise  # in the list of steps
    heading: Promise
    lead: Promise
    form_class: type[PageForm]

    @property
    def url(self) -> str:
        return url_of(self.key)

    def form(self, typed: Mapping[str, Any] | None, choices: Choices, **kwargs: Any) -> PageForm:
        """The form of the page, bound to what was typed (None: nothing yet, no errors to show)."""
        data = None
        if typed is not None:
            data = MultiValueDict({k: v if isinstance(v, list) else [v] for k, v in typed.items()})
        return self.form_class(data, choices=choices, **kwargs)


PAGES = (
    Page(
        "municipality",
        _("Municipality and contact"),
        _("Your municipality and your contact data"),
        _("Please fill in all fields that are not marked as optional."),
        MunicipalityForm,
    ),
    Page(
        "concern",
        _("Concern"),
        _("Your concern"),
        _("Please fill in all fields that are not marked as optional."),
        ConcernForm,
    ),
    Page(
        "wishes",
        _("Wishes"),
        _("Your wishes"),
        _("All entries on this page are optional."),
        WishesForm,
    ),
)
BY_KEY = {page.key: page for page in PAGES}
CHECK = "check"
CHECK_LABEL = _("Check and send")
TOTAL = len(PAGES) + 1


def bound_forms(answers: Mapping[str, Mapping[str, Any]], choices: Choices) -> dict[Page, PageForm]:
    """The forms of all pages, bound to ``answers`` (page by page, posted name by posted name)."""
    return {page: page.form(answers.get(page.key, {}), choices) for page in PAGES}


def answered_forms(answers: Mapping[str, Mapping[str, Any]], choices: Choices) -> dict[Page, PageForm]:
    """The same for the pages that were sent at least once."""
    return {page: page.form(answers[page.key], choices) for page in PAGES if page.key in answers}


def first_incomplete(forms: Mapping[Page, PageForm]) -> Page | None:
    """The first page whose form does not validate."""
    return next((page for page, form in forms.items() if not form.is_valid()), None)


def where_to_go_on(answers: Mapping[str, Typed], forms: Mapping[Page, PageForm]) -> str:
    """The address of the first page that was not sent yet or does not validate; else the check page."""
    return next((page.url for page in PAGES if not _is_done(page, answers, forms)), url_of(CHECK))


def before(page: Page) -> str:
    """The address of the page before."""
    index = PAGES.index(page)
    return PAGES[index - 1].url if index else url_of("start")


def after(page: Page) -> str:
    """The address of the page that follows."""
    following = PAGES[PAGES.index(page) + 1 :]
    return following[0].url if following else url_of(CHECK)


def url_of(key: str) -> str:
    return reverse(f"intake:{key}")


def is_place(path: str) -> bool:
    """Whether ``path`` is one that a button on a page of the form may lead to."""
    return path in [url_of(key) for key in (*BY_KEY, CHECK, "start", "not_listed")]


def steps(answers: Mapping[str, Typed], forms: Mapping[Page, PageForm], current: str) -> list[dict[str, Any]]:
    """The list of steps beside the form: a page is done when it was sent once and validates."""
    done = {page: _is_done(page, answers, forms) for page in PAGES}
    listed = [
        _step(page.key, page.label, current, done[page], page.url if page.key in answers else "")
        for page in PAGES
    ]
    return [*listed, _step(CHECK, CHECK_LABEL, current, False, url_of(CHECK) if all(done.values()) else "")]


def _is_done(page: Page, answers: Mapping[str, Typed], forms: Mapping[Page, PageForm]) -> bool:
    return page.key in answers and forms[page].is_valid()


def _step(key: str, label: Promise, current: str, done: bool, url: str) -> dict[str, Any]:
    state = "current" if key == current else "done" if done else "todo"
    return {"label": label, "state": state, "url": url}
