"""What comes after the end of the samples: three answers, and what became of the options.

One municipality has answered both rounds so far, one has been reminded and not answered, others are asked
later. Told through the workflow, on the days on which the worker would have asked.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from miglobe.ops.demo.stories import Story, at
from requests_app import follow_ups, workflow
from requests_app.models import Case, FollowUp, FollowUpStatus

ENDINGS = Path(__file__).parent / "endings.json"
Told = dict[str, Any]


def tell(stories: Iterable[Story], today: dt.date) -> None:
    """Tell what came after the end of ``stories``, as far as that lies before ``today``."""
    told: dict[str, Told] = json.loads(ENDINGS.read_text(encoding="utf-8"))
    for story in stories:
        if ending := told.get(story.sample["id"]):
            _tell(Case.objects.get(pk=story.case.pk), story, ending, today)


def _tell(case: Case, story: Story, ending: Told, today: dt.date) -> None:
    assert case.closed_at is not None
    with at(case.closed_at.date() + dt.timedelta(days=1), 10):
        workflow.give_feedback(case, story.contact, **ending["feedback"])
    answers = iter(ending["answers"])
    for row in case.follow_ups.filter(due_on__lt=today):
        with at(row.due_on, follow_ups.FROM.hour + 1):
            workflow.ask_follow_up(FollowUp.objects.get(pk=row.pk))
        if answer := next(answers, None):
            with at(row.due_on + dt.timedelta(days=3), 15):
                _answer(case, story, answer)
    for row in case.follow_ups.filter(status=FollowUpStatus.ASKED, due_on__lt=today - dt.timedelta(days=16)):
        with at(row.due_on + dt.timedelta(days=14), follow_ups.FROM.hour + 1):
            workflow.remind_follow_up(row)


def _answer(case: Case, story: Story, answer: Told) -> None:
    options = workflow.current_options(case)
    lines = zip(options, answer["states"], answer["notes"], strict=False)
    said = [workflow.Said(option.pk, state, note) for option, state, note in lines]
    workflow.answer_follow_up(case, story.contact, said, word=answer["word"])
