"""How often something happened in an hour or on a day, counted where all web processes count together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac


class TallyManager(models.Manager["Tally"]):
    def count_one(self, what: str, who: str, *, a_day: bool = False) -> int:
        """Count once more what ``who`` did, and return how often it was in this hour, or today.

        No two callers get the same number, in however many processes they run.
        """
        now = timezone.localtime()
        begun = now.replace(hour=0 if a_day else now.hour, minute=0, second=0, microsecond=0)
        digest = salted_hmac("requests_app.Tally", f"{what}:{a_day}:{who}", algorithm="sha256").hexdigest()
        with transaction.atomic():
            tally, _created = self.get_or_create(digest=digest, begun=begun)
            self.filter(pk=tally.pk).update(number=F("number") + 1)
            return self.get(pk=tally.pk).number


class Tally(models.Model):
    """One count. Who was counted is kept as a keyed hash only; the worker forgets it after two days."""

    digest = models.CharField(max_length=64)
    begun = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    objects: ClassVar[TallyManager] = TallyManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "begun"], name="tally_one_per_period")]

    def __str__(self) -> str:
        return f"{self.begun:%d.%m.%Y %H:%M}: {self.number}"
