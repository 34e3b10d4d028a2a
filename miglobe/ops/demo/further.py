"""Further stories beside the samples: the other ways in which requests come, and what waits in the pool.

Direct enquiries, a municipal company, requests that somebody entered for a municipality, one that is held
back; a profile that was changed, an absence. Told through the forms and functions that people use, too.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import QueryDict

from advisors import publishing
from advisors.models import Absence, Advisor
from advisors.own.forms import AbsenceForm, ProfileForm
from miglobe.accounts.models import User
from miglobe.ops.demo.stories import Story, answers, at, check
from requests_app import deadlines, held, workflow
from requests_app.models import AssignmentStatus, Case, Channel, HeldReason, RequestDraft
from requests_app.request_form.entry import AdvisorOriginForm, CoordinatorOriginForm, Entry
from requests_app.request_form.forms import HONEYPOT

FURTHER = Path(__file__).parent / "further.json"
Told = dict[str, Any]


class Further:
    """The further stories. ``pool``: the advisors by the keys of the samples."""

    def __init__(self, coordinator: User, pool: Mapping[str, Advisor], today: dt.date) -> None:
        self.told: dict[str, Told] = json.loads(FURTHER.read_text(encoding="utf-8"))
        self.coordinator = coordinator
        self.pool = pool
        self.today = today

    def requests(self) -> list[Story]:
        """What the municipalities send themselves, to be filed among the samples in the order of days."""
        waiting, company = self.told["direct_waiting"], self.told["company"]
        unanswered = self.told["direct_unanswered"]
        return [
            self._request(waiting, self._day(waiting), self.pool[waiting["advisor"]]),
            self._request(unanswered, self._long_enough_ago(), self.pool[unanswered["advisor"]]),
            self._request(company, self._day(company)),
        ]

    def tell(self) -> None:
        """What happened besides, once those requests are filed."""
        self.enter(self.told["by_advisor"])
        self.enter(self.told["by_telephone"])
        self.let_expire(Case.objects.get(preferred_advisor=self.pool["SA10"], is_direct=True))
        self.hold_back(self.told["held_back"])
        self.change_profile(self.told["profile_change"])
        self.note_absence(self.told["absence"])

    # --- Requests ---------------------------------------------------------------------------------

    def _day(self, told: Told) -> dt.date:
        return self.today - dt.timedelta(days=told["days_old"])

    def _long_enough_ago(self) -> dt.date:
        """The last day on which an offer went out whose answer was due before today."""
        day = self.today
        while deadlines.offer_answer_due(day) >= self.today:
            day -= dt.timedelta(days=1)
        return day

    def _request(self, told: Told, day: dt.date, asked: Advisor | None = None) -> Story:
        sample = told | {"received_on": day.isoformat()}
        return Story(sample, dt.timedelta(0), self.coordinator, self.today, keep_new=False, asked=asked)

    def let_expire(self, case: Case) -> None:
        """The days to answer are over; what the worker then does in the night is done."""
        offer = case.assignments.get(status=AssignmentStatus.OFFERED)
        with at(offer.answer_due_on + dt.timedelta(days=1), 0, 15):
            workflow.expire_offer(offer)

    def enter(self, told: Told) -> None:
        """A request that the coordination enters, or an advisor passes on; its contact has to confirm it."""
        advisor = self.pool[told["advisor"]] if "advisor" in told else None
        actor = advisor.user if advisor else self.coordinator
        form_key = uuid.uuid4()
        data = posted(told["typed"] | {"remark": told["remark"], "form_key": form_key})
        about = AdvisorOriginForm(data) if advisor else CoordinatorOriginForm(data)
        with at(self._day(told), 16, 40):
            form = Entry(about, data, can_wait=True)
            check(form, told["typed"]["title"])
            channel = Channel(told["typed"].get("way", Channel.ADVISOR))
            workflow.enter_request(form_key, form.request(channel), actor, remark=told["remark"])

    def hold_back(self, told: Told) -> None:
        """The browser filled in the field that people do not see; the coordination has to look at it."""
        pages = {
            page: {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
            for page, typed in answers(told).items()
        }
        pages["concern"][HONEYPOT] = [told["website"]]
        with at(self.today - dt.timedelta(days=1), 8, 50), transaction.atomic():
            held.hold(RequestDraft.objects.create(data=pages), HeldReason.HONEYPOT)

    # --- The pool ---------------------------------------------------------------------------------

    def change_profile(self, told: Told) -> None:
        """A published advisor writes another personal word and consents to it; it waits for approval."""
        advisor = self.pool[told["advisor"]]
        data = posted(shown(ProfileForm(instance=advisor)) | {"approach": told["approach"]})
        with at(self.today - dt.timedelta(days=1), 19, 30):
            form = ProfileForm(data, instance=advisor)
            check(form, advisor.name)
            form.save()
            consent = publishing.consent_text()
            publishing.submit_for_publication(
                advisor, advisor.user, consent=consent, shown=publishing.fingerprint(advisor, consent)
            )

    def note_absence(self, told: Told) -> None:
        """An advisor is away for some time, and a colleague can be asked instead."""
        advisor = self.pool[told["advisor"]]
        first = self.today + dt.timedelta(days=told["begins_in_days"])
        typed = {
            "first_day": first.isoformat(),
            "last_day": (first + dt.timedelta(days=told["days"])).isoformat(),
            "substitute": self.pool[told["substitute"]].pk,
            "note": told["note"],
        }
        form = AbsenceForm(posted(typed), instance=Absence(advisor=advisor))
        check(form, advisor.name)
        form.save()


def posted(fields: Mapping[str, Any]) -> QueryDict:
    """What a browser posts of these values: text, or several texts of one name."""
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, [str(each) for each in (value if isinstance(value, list) else [value])])
    return data


def shown(form: BaseForm) -> dict[str, Any]:
    """What stands in the fields of a form that is opened."""
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None}
