"""Loads the sample world, once."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from advisors.models import Advisor
from miglobe.mail import delivery
from miglobe.ops.demo import dates, endings, people, talk
from miglobe.ops.demo.desk import Desk
from miglobe.ops.demo.further import Further
from miglobe.ops.demo.stories import UP_TO, Story
from requests_app.models import Case, CaseStatus, Resolution

SAMPLES = Path(__file__).parent / "samples.json"
NEWEST_IS_DAYS_OLD = 2
# Stories that lie so many days further back than the others: one whose last talks were a year ago, so that
# an advisor has a year to look back on, and one that else would end in the future.
EARLIER = {"SR24": 267, "SR03": 30}
# The sample whose municipality has a second contact person, a shared mailbox.
SHARED = "SR02"
# The sample in which an agreed option got a new version, and one is wanted for the library.
RENEWED = "SR03"
# In which everybody writes to everybody.
TALKING = "SR05"
# Whose municipality says that its session was different.
QUESTIONED = "SR05"


def load() -> int:
    """Make people, cases, events and mails: samples, further stories, the desk. Returns how many cases.

    Raises ``StoryError`` or ``ValidationError`` when the forms refuse a sample.
    """
    data = json.loads(SAMPLES.read_text(encoding="utf-8"))
    today = timezone.localdate()
    received = [dt.date.fromisoformat(sample["received_on"]) for sample in data["requests"]]
    moved = today - dt.timedelta(days=NEWEST_IS_DAYS_OLD) - max(received)
    coordinators = people.make_staff()
    advisors = {sample["id"]: people.make_advisor(sample) for sample in data["advisors"]}
    for sample in data["advisors"]:
        if sample["profile_public"]:
            people.publish(advisors[sample["id"]], coordinators[0])
    samples = sorted(data["requests"], key=lambda sample: sample["received_on"])
    stories = [
        Story(
            sample,
            moved - dt.timedelta(days=EARLIER.get(sample["id"], 0)),
            coordinators[n % len(coordinators)],
            today,
            keep_new=sample is samples[-1],
        )
        for n, sample in enumerate(samples)
    ]
    further = Further(coordinators[0], advisors, today)
    filed = sorted([*stories, *further.requests()], key=lambda story: story.received)
    for story in filed:  # all first: case numbers follow the dates
        story.file()
    cases = {case["request"]: case for case in data["cases"]}
    options = {option["id"]: option for option in data["action_options"]}
    for story in stories:
        if not story.keep_new:
            tell(story, cases.get(story.sample["id"]), advisors, options)
    endings.tell(stories, today)
    dates.tell({story.sample["id"]: story for story in stories}, today)
    further.tell()
    talk.tell(next(story.case for story in stories if story.sample["id"] == TALKING), coordinators[0])
    desk = Desk(coordinators, {story.sample["id"]: story.case for story in filed}, advisors)
    desk.tell()
    deliver_all()
    desk.let_mail_come_back()
    return Case.objects.count()


def tell(story: Story, told: dict | None, advisors: dict[str, Advisor], options: dict[str, dict]) -> None:
    """Take a case as far as its sample says. ``told``: what the sample data hold of its dialogue."""
    target = UP_TO[story.sample["status"]]
    story.review()
    if target == CaseStatus.QUERY_OPEN:
        return
    story.offer([advisors[key] for key in told["advisors"]] if told else [])
    if target == CaseStatus.MATCHING:
        return
    story.answer_offers()
    if story.sample["id"] == SHARED:
        story.share()
    if target == CaseStatus.MATCHED:
        return
    sessions = told["sessions"] if told else [first_talk(story)]
    for session in sessions:
        present = [advisors[key] for key in session["advisors"]] if told else [story.lead]
        story.log(session, present)
    last = story.day(sessions[-1]["date"])
    if told or target == CaseStatus.CLOSED:
        story.confirm_sessions(last + dt.timedelta(days=1))
    elif story.sample["id"] == QUESTIONED:
        story.question_session("Wir haben um 11 Uhr begonnen, nicht um 10 Uhr.", last + dt.timedelta(days=1))
    if told:
        story.write_options(agreed_options(story, told, options), last)
        story.confirm_options(last + dt.timedelta(days=6))
        if story.sample["id"] == RENEWED:
            story.renew_option(last + dt.timedelta(days=7))
        story.close(Resolution.OPTIONS_AGREED, told["outcome"], last + dt.timedelta(days=8))
    elif target == CaseStatus.CLOSED:
        story.close(Resolution.INITIAL_TALK_SUFFICIENT, "", last + dt.timedelta(days=3))
    elif story.sample["status"] == "options_drafted":
        story.write_options(fitting_options(story, options), last + dt.timedelta(days=5))


def first_talk(story: Story) -> dict[str, Any]:
    """A first talk for the samples that tell nothing of their dialogue."""
    day = dt.date.fromisoformat(story.sample["received_on"]) + dt.timedelta(days=12)
    return {
        "date": day.isoformat(),
        "format": "initial_talk",
        "mode": "online",
        "minutes": 60,
        "participants": 3,
        "summary": "Erwartungen geklärt und nächste Schritte verabredet.",
    }


def option_answers(story: Story, option: dict, responsible: str, due: str = "") -> dict[str, Any]:
    """What an advisor types into the form of an action option."""
    return {
        "library": option["id"],
        "goal": option["goal"],
        "title": option["title"],
        "description": option["description"],
        "first_step": option["first_step"],
        "responsible_unit": responsible,
        "partners": ", ".join(option["partners"]),
        "horizon": "" if due else option["horizon"],
        "due_on": (dt.date.fromisoformat(due) + story.moved).isoformat() if due else "",
        "effort": option["effort"],
        "indicator": option["indicator"],
    }


def agreed_options(story: Story, told: dict, options: dict[str, dict]) -> list[dict[str, Any]]:
    """The options of a told case, but for those that the municipality turned down."""
    return [
        option_answers(story, options[each["option"]], each["responsible"], each["due"])
        for each in told["options"]
        if each["status"] != "rejected"
    ]


def fitting_options(story: Story, options: dict[str, dict]) -> list[dict[str, Any]]:
    """Two options out of the samples that meet the topics of the request."""
    topics = set(story.sample["topics"])
    fitting = sorted(options.values(), key=lambda option: -len(topics & set(option["topics"])))
    return [option_answers(story, option, option["responsible"]) for option in fitting[:2]]


def deliver_all() -> None:
    """Carry out every mail that waits, so that the mailbox is full at the first look."""
    while delivery.deliver_due():
        pass
