"""The words of each case, by which it is found. PostgreSQL keeps them; on SQLite the table stays empty."""

from __future__ import annotations

from typing import Any

from django.db import models

from requests_app.models.request import Case


class WordsField(models.Field):
    """A ``tsvector`` of PostgreSQL."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"


class CaseWords(models.Model):
    """All words of a case, written by triggers of the database alone (migration 0018, ADR 23).

    A table of its own: a change of state does not touch the index, and a changed text not the case.
    """

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="search", editable=False
    )
    words = WordsField(editable=False)

    def __str__(self) -> str:
        return str(self.case)
