"""What a coordinator fills in at the desk: who is responsible, when a case comes up again, its topics."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advisors.models import Topic
from miglobe.accounts.models import User
from miglobe.site.forms import KernForm
from miglobe.site.widgets import CheckboxSelectMultiple, DateInput, RadioSelect
from miglobe.site.working_days import add_working_days
from requests_app.agenda_words import short_day
from requests_app.models import Case
from requests_app.responsibility import roster, team
from requests_app.triage.in_charge import absence

NOBODY = "nobody"
OTHER_DAY = "other"
# How many working days from now; what stands first is suggested.
SUGGESTED = 5
QUICK = (1, 3, 5, 10)
LATEST = timedelta(days=3 * 365)


class ResponsibleForm(KernForm):
    """A colleague, or nobody. ``case`` leaves out who is responsible now."""

    to = forms.ChoiceField(
        label=_("Who takes over?"),
        widget=RadioSelect,
        error_messages={"required": _("Choose who takes over.")},
    )

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = roster(timezone.localdate())
        self._people: dict[str, User] = {str(user.pk): user for user in team()}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        now = str(case.responsible_id) if case else ""
        choices = [(key, str(user)) for key, user in self._people.items() if key != now]
        if case is None or case.responsible_id:
            choices.append((NOBODY, gettext("Nobody: give it back to all")))
        field.choices = choices
        assert isinstance(field.widget, RadioSelect)
        field.widget.hints = {key: absence(user.pk, here) for key, user in self._people.items()}

    def person(self) -> User | None:
        """Who was chosen; for a valid form."""
        return self._people.get(self.cleaned_data["to"])


class ResubmissionForm(KernForm):
    """A day, as a number of working days or by its date, and what is to be done then."""

    when = forms.ChoiceField(
        label=_("When should the case come up again?"),
        widget=RadioSelect,
        error_messages={"required": _("Choose a day.")},
    )
    day = forms.DateField(
        label=_("Another day"),
        required=False,
        widget=DateInput(),
        help_text=_("Only if you choose “On another day” above."),
        error_messages={"invalid": _("Enter a date.")},
    )
    note = forms.CharField(
        label=_("What is to be done then?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only the coordination reads this."),
    )

    def __init__(self, *args: Any, case: Case | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        self.shown = case.resubmit_on if case else None
        field = self.fields["when"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((str(n), self._in_words(n)) for n in QUICK),
            (OTHER_DAY, gettext("On another day")),
        ]
        self.initial.setdefault("when", OTHER_DAY if self.shown else str(SUGGESTED))
        if case and self.shown:
            self.initial.update(day=self.shown, note=case.resubmission_note)

    def _in_words(self, number: int) -> str:
        text = ngettext("In %(count)d working day: %(day)s", "In %(count)d working days: %(day)s", number)
        return text % {"count": number, "day": short_day(add_working_days(self.today, number))}

    def clean_note(self) -> str:
        return " ".join(str(self.cleaned_data["note"]).split())

    def clean(self) -> None:
        when, day = self.cleaned_data.get("when"), self.cleaned_data.get("day")
        if when is None or self.errors.get("day"):
            return
        if when != OTHER_DAY:
            if day and day != self.shown:
                self.add_error("when", gettext("You have entered a date, too. Choose which day counts."))
            return
        if day is None:
            self.add_error("day", gettext("Enter a date."))
        elif day < self.today:
            self.add_error("day", gettext("Choose today or a later day."))
        elif day > self.today + LATEST:
            self.add_error("day", gettext("Choose a day within the next three years."))

    def chosen(self) -> date:
        """The day; for a valid form."""
        when = self.cleaned_data["when"]
        if when == OTHER_DAY:
            day: date = self.cleaned_data["day"]
            return day
        return add_working_days(self.today, int(when))


def _topics(case: Case | None = None) -> list[Topic]:
    """The topics that are offered, and those that the case has nevertheless."""
    offered = Q(is_active=True)
    if case:
        offered |= Q(pk__in=[topic.pk for topic in case.topics.all()])
    return list(Topic.objects.filter(offered))


class _TopicsForm(KernForm):
    def _offer(self, name: str, topics: list[Topic]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(topic.key, str(topic)) for topic in topics]
        self._by_key = {topic.key: topic for topic in topics}

    def _chosen(self, keys: Any) -> list[Topic]:
        return [self._by_key[key] for key in keys if key in self._by_key]


class TopicsForm(_TopicsForm):
    """The topics of one case. ``shown`` is what was ticked when the page was made: only differences count."""

    topics = forms.MultipleChoiceField(label=_("Topics"), required=False, widget=CheckboxSelectMultiple)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("topics", _topics(case))
        has = [topic.key for topic in case.topics.all()]
        self.initial.update(topics=has, shown=" ".join(has))

    def changes(self) -> tuple[list[Topic], list[Topic]]:
        """What was ticked and what was unticked on this page; for a valid form."""
        shown, ticked = set(self.cleaned_data["shown"].split()), set(self.cleaned_data["topics"])
        return self._chosen(sorted(ticked - shown)), self._chosen(sorted(shown - ticked))


class ManyTopicsForm(_TopicsForm):
    """Topics that several cases get or lose."""

    add = forms.MultipleChoiceField(
        label=_("Add these topics"), required=False, widget=CheckboxSelectMultiple
    )
    remove = forms.MultipleChoiceField(
        label=_("Remove these topics"), required=False, widget=CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = _topics()
        self._offer("add", topics)
        self._offer("remove", topics)

    def clean(self) -> None:
        add, remove = self.cleaned_data.get("add"), self.cleaned_data.get("remove")
        if not add and not remove:
            self.add_error("add", gettext("Choose at least one topic."))
        elif set(add or ()) & set(remove or ()):
            self.add_error("remove", gettext("You cannot add and remove the same topic."))

    def changes(self) -> tuple[list[Topic], list[Topic]]:
        """Topics to add and to remove; for a valid form."""
        return self._chosen(self.cleaned_data["add"]), self._chosen(self.cleaned_data["remove"])
