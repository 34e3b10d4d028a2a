"""The library of action options as advisors search it: what fits first, the rest folded up by goal."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from advisors.models import Topic
from miglobe.accounts.sign_in import signed_in_user
from miglobe.site.forms import KernForm
from requests_app.models import OPTION_GOALS, Case, LibraryOption
from requests_app.workspace.lookups import advised_case, possible

# So many of those that fit stand open on top.
FITTING = 5
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
        fields: dict[str, Any] = self.fields
        fields["goal"].choices = [("", _("all goals")), *OPTION_GOALS]


@dataclass(frozen=True)
class Group:
    """Entries under one heading; on a phone thirty of them in a row are too many."""

    label: str
    entries: list[LibraryOption]
    folds: bool = True


@require_safe
def library(request: HttpRequest, reference: str) -> HttpResponse:
    """The entries that fit the search, or all: those that share topics with the case, then by goal."""
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
    is_narrowed = any(asked.values())
    context = {
        "case": case,
        "form": form,
        "number": len(found),
        "groups": [Group("", found, folds=False)] if is_narrowed and found else _groups(found, case),
        "used": used,
        "is_narrowed": is_narrowed,
    }
    return render(request, "workspace/option_library.html", context)


def _groups(entries: list[LibraryOption], case: Case) -> list[Group]:
    """What shares topics with the case, the closest first; everything else under its goal."""
    topics = {topic.pk for topic in case.topics.all()}

    def shared(entry: LibraryOption) -> tuple[int, int]:
        return (len(topics & {topic.pk for topic in entry.topics.all()}), int(entry.goal in case.goals))

    ranked = sorted(entries, key=shared, reverse=True)
    fitting = [entry for entry in ranked if shared(entry)[0]][:FITTING]
    by_goal = [
        Group(str(label), [entry for entry in entries if entry.goal == goal and entry not in fitting])
        for goal, label in OPTION_GOALS
    ]
    first = [Group(gettext("Fits the topics of this case"), fitting, folds=False)] if fitting else []
    return [*first, *(group for group in by_goal if group.entries)]


def _has_words(entry: LibraryOption, words: str) -> bool:
    """Whether every word stands somewhere in the entry, also within a longer one."""
    text = _plain(" ".join(getattr(entry, name) for name in _SEARCHED))
    return all(word in text for word in _plain(words).split())


def _plain(text: str) -> str:
    """Without capitals, accents and dots: "Öffentlich" is found by "offentlich"."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
