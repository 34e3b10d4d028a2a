"""The library of action options as advisors search it: by words, goal and topic."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from advisors.models import Topic
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernForm
from requests_app.models import Case, Goal, LibraryOption
from requests_app.workspace.lookups import advised_case, possible

# Where the words of a search are looked for.
_SEARCHED = (
    "title",
    "description",
    "first_step",
    "responsible_unit",
    "partners",
    "indicator",
    "example",
)


class SearchForm(KernForm):
    mark_optional = False
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    goal = forms.ChoiceField(label=_("Goal"), required=False)
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        required=False,
        queryset=Topic.objects.all(),
        to_field_name="key",
        empty_label=_("all topics"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        goals = [choice for choice in Goal.choices if choice[0] != Goal.UNSURE]
        fields: dict[str, Any] = self.fields
        fields["goal"].choices = [("", _("all goals")), *goals]


@require_safe
def library(request: HttpRequest, reference: str) -> HttpResponse:
    """The entries that fit the search; what fits the case's own topics and goals stands first."""
    case = advised_case(request, reference)
    if "write_option" not in possible(case, signed_in_user(request)):
        return redirect("workspace:option_new", reference)  # which says why not
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    entries = LibraryOption.objects.filter(is_active=True).prefetch_related("topics")
    if goal := asked.get("goal"):
        entries = entries.filter(goal=goal)
    if topic := asked.get("topic"):
        entries = entries.filter(topics=topic)
    found = [entry for entry in entries if _has_words(entry, asked.get("q", ""))]
    used = set(case.options.exclude(taken_from=None).values_list("taken_from", flat=True))
    context = {
        "case": case,
        "form": form,
        "entries": _fitting_first(found, case),
        "used": used,
        "is_narrowed": any(asked.values()),
    }
    return render(request, "workspace/option_library.html", context)


def _fitting_first(entries: list[LibraryOption], case: Case) -> list[LibraryOption]:
    """By how many topics an entry shares with the case, then by its goal; else as the library has them."""
    topics = {topic.pk for topic in case.topics.all()}

    def shared(entry: LibraryOption) -> tuple[int, int]:
        return (len(topics & {topic.pk for topic in entry.topics.all()}), int(entry.goal in case.goals))

    return sorted(entries, key=shared, reverse=True)


def _has_words(entry: LibraryOption, words: str) -> bool:
    """Whether every word stands somewhere in the entry, also within a longer one."""
    text = _plain(" ".join(getattr(entry, name) for name in _SEARCHED))
    return all(word in text for word in _plain(words).split())


def _plain(text: str) -> str:
    """Without capitals, accents and dots: "Öffentlich" is found by "offentlich"."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
