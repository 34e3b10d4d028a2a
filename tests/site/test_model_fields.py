"""The words that models have for their choices; the fields themselves are tried where they are used."""

from __future__ import annotations

import pytest
from django.db import models
from django.utils.translation import override

from requests_app.models import Assignment, Case, CaseStatus, Event, Municipality


@pytest.mark.parametrize(("language", "word"), [("de", "Abgeschlossen"), ("en", "Closed")])
def test_the_word_for_a_choice_is_in_the_language_of_the_page(language: str, word: str) -> None:
    with override(language):
        assert Case(status=CaseStatus.CLOSED).get_status_display() == word


@pytest.mark.parametrize("value", ["no_such_kind", "", None])
def test_a_value_that_is_no_choice_stands_for_itself(value: str | None) -> None:
    assert Event(kind=value).get_kind_display() == value


@pytest.mark.parametrize("model", [Assignment, Case, Event, Municipality])
def test_every_choice_has_the_word_that_django_would_find(model: type[models.Model]) -> None:
    for field in model._meta.fields:
        for value, _label in field.flatchoices:
            of_value = model(**{field.name: value})
            word = getattr(of_value, f"get_{field.name}_display")()
            assert word == models.Model._get_FIELD_display(of_value, field)
