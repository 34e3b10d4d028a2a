"""Model fields that both the pool and the cases use, and how models say the word for a choice."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _


class QuickWords:
    """For a model with choices; stands before ``models.Model``.

    ``get_…_display`` looks up the word for the value alone. Django's own hashes all choices each time, and so
    translates every one of their labels: fifteen hundred for a history of twenty events.
    """

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> Any:  # the name is Django's
        value = getattr(self, field.attname)
        return force_str(_words(field).get(value, value), strings_only=True)


@cache
def _words(field: models.Field[Any, Any]) -> dict[Any, Any]:
    return dict(field.flatchoices)


class _Nothing(models.TextChoices):
    """The vocabulary inside migrations."""


class KeyListField(models.JSONField):
    """A list of keys out of one fixed vocabulary (a ``TextChoices``), kept in the order given.

    In forms it is a group of checkboxes; keys outside the vocabulary do not validate. Migrations do
    not hold the vocabulary: a new word in it is not a change of the table.
    """

    def __init__(self, vocabulary: type[models.TextChoices] | None = None, *args: Any, **kwargs: Any) -> None:
        self.vocabulary = vocabulary or _Nothing
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def clone(self) -> KeyListField:
        copy = super().clone()
        copy.vocabulary = self.vocabulary
        return copy

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, list) or set(value) - set(self.vocabulary.values):
            raise ValidationError(_("Choose from the list."), code="unknown_key")

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=self.vocabulary.choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
        )

    def labels(self, instance: models.Model) -> list[str]:
        """The words for the keys that ``instance`` holds."""
        return [str(self.vocabulary(key).label) for key in getattr(instance, self.attname)]
