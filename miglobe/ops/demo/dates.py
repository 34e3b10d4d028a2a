"""Dates in the sample world: one case whose municipality has to choose, two with a date ahead."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from miglobe.ops.demo.stories import Story, at, check
from miglobe.site.working_days import add_working_days
from requests_app import workflow
from requests_app.casepage.date_block import PickForm, RefuseForm
from requests_app.models import Case, DateRound
from requests_app.workspace.date_forms import ProposeForm

ASKED, AGREED, WORKSHOP = "SR09", "SR05", "SR15"


def tell(stories: Mapping[str, Story], today: dt.date) -> None:
    """``stories``: those of the samples, by their keys, told as far as these say."""
    days = [add_working_days(today, number) for number in (6, 7, 8)]
    _propose(stories[ASKED], today - dt.timedelta(days=1), days, "Alle drei gehen auch am Telefon.")
    _find_at_second_round(stories[AGREED], today)
    workshop = {"format": "workshop", "mode": "on_site", "minutes": "240", "place": "Stadtmuseum, Raum 2"}
    days = [add_working_days(today, number) for number in (9, 11)]
    _pick(
        stories[WORKSHOP], _propose(stories[WORKSHOP], today - dt.timedelta(days=3), days, **workshop), today
    )


def _find_at_second_round(story: Story, today: dt.date) -> None:
    first = _propose(story, today - dt.timedelta(days=4), [add_working_days(today, 2)])
    with at(today - dt.timedelta(days=3), 10):
        form = RefuseForm({"text": "In dieser Woche tagt der Rat. Lieber in der Woche darauf."}, key="demo")
        check(form, story.case.reference)
        workflow.refuse_dates(first, story.contact, suggestion=form.cleaned_data["text"])
    second = _propose(
        story, today - dt.timedelta(days=2), [add_working_days(today, number) for number in (5, 6)]
    )
    _pick(story, second, today)


def _pick(story: Story, round_: DateRound, today: dt.date) -> None:
    """The municipality has agreed on the earliest date yesterday."""
    with at(today - dt.timedelta(days=1), 9, 30):
        earliest = round_.dates.earliest("starts_at")
        choice = PickForm({"date": earliest.pk}, round=round_)
        check(choice, story.case.reference)
        workflow.pick_date(round_, story.contact, date=earliest)


def _propose(story: Story, on: dt.date, days: list[dt.date], note: str = "", **frame: str) -> DateRound:
    """The lead advisor proposes two o'clock on each of ``days``, in the evening of ``on``.

    ``frame``: what of format, mode, minutes and place is not a first talk online.
    """
    rows = {f"date_{number}": day.isoformat() for number, day in enumerate(days, start=1)}
    rows |= {f"time_{number}": "14:00" for number in range(1, len(days) + 1)}
    held = {"format": "initial_talk", "mode": "online", "minutes": "90", "note": note}
    held["place"] = "https://video.example.org/" + story.case.reference.lower()
    held |= frame
    with at(on, 18):
        case = Case.objects.select_related("municipality").get(pk=story.case.pk)
        form = ProposeForm(rows | held | {"form_key": str(uuid.uuid4())}, case=case)
        check(form, case.reference)
        key = form.cleaned_data["form_key"]
        return workflow.propose_dates(case, story.lead.user, form.proposal, form_key=key)
