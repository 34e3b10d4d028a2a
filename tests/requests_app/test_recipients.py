"""Who gets the mails of a case once somebody has left it, or has no open account any more."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from miglobe.accounts.models import User
from miglobe.mail import bundling, kinds, outbox
from miglobe.mail.models import OutboxMessage, State
from miglobe.mail.outbox import CannotSendAgain
from miglobe.mail.signals import mail_arrived, mail_came_back
from requests_app import daily, follow_ups, jobs, notifications, workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus, Resolution
from requests_app.workflow import InvalidTransition
from tests import actors
from tests.actors import World
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = dt.date(2027, 3, 3)

# What the story below sends to somebody who is there beside those who act.
OF_DATES = {"date_agreed", "date_moved", "date_reminder", "date_cancelled"}
OF_OPTIONS = {"option_commented", "option_confirmed", "options_agreed"}
SENT = {
    Side.MUNICIPALITY: OF_DATES
    | {"message_written", "dates_proposed", "session_logged", "session_corrected", "options_proposed"}
    | {"case_closed", "follow_up_asked", "follow_up_reminded"},
    Side.ADVISOR: OF_DATES
    | OF_OPTIONS
    | {"message_written", "date_move_asked", "dates_refused", "session_questioned", "talk_asked"},
    Side.COORDINATOR: {"message_written", "options_agreed", "talk_asked", "daily_mail"},
}


def on(day: dt.date, hour: int = 10) -> time_machine.travel:
    return time_machine.travel(dt.datetime.combine(day, dt.time(hour), BERLIN), tick=False)


class Story:
    """A case in dialogue, and on each side of it one more person than acts."""

    def __init__(self) -> None:
        self.world = World()
        self.case = self.world.walk(CaseStatus.MATCHED)
        workflow.accept_offer(self.world.offer_of(self.case, self.world.co), self.world.co.user)
        self.colleague = actors.colleague(self.case)
        self.main = actors.contact_of(self.case)
        self.second = actors.coordinator("Jan Peters")
        self.there = {
            Side.MUNICIPALITY: self.colleague.user,
            Side.ADVISOR: self.world.co.user,
            Side.COORDINATOR: self.second,
        }

    def lock(self) -> None:
        User.objects.filter(pk__in=[user.pk for user in self.there.values()]).update(is_active=False)

    def leave(self) -> None:
        workflow.remove_contact(self.colleague, self.main)
        workflow.end_assignment(self.case.assignments.get(advisor=self.world.co), self.world.coordinator)
        self.second.set_roles([])

    def fresh(self) -> Case:
        return Case.objects.get(pk=self.case.pk)

    def goes_on(self) -> None:
        """Everything that sends mails to several people."""
        OutboxMessage.objects.all().delete()
        with on(WEDNESDAY):
            self._dates()
            self._session()
        with on(WEDNESDAY + dt.timedelta(days=6)):
            jobs.remind_of_dates()
            workflow.cancel_date(self.case.appointments.get(), self.main, Side.MUNICIPALITY, reason="Krank")
        with on(WEDNESDAY + dt.timedelta(days=20)):
            daily.send()
        with on(WEDNESDAY + dt.timedelta(days=21)):
            self._ends()
        for days in (21 + 92, 21 + 92 + 28):
            with on(WEDNESDAY + dt.timedelta(days=days)):
                follow_ups.send_due()
        workflow.ask_for_talk(self.fresh(), self.main, text="Noch einmal, bitte.")

    def _dates(self) -> None:
        lead = self.world.lead.user
        for side, author in ((Side.MUNICIPALITY, self.main), (Side.COORDINATOR, self.world.coordinator)):
            audience = Audience.EVERYONE
            workflow.write_message(self.case, author, side, text="Guten Tag", audience=audience)
        refused = workflow.propose_dates(self.case, lead, actors.proposal(), form_key=uuid.uuid4())
        workflow.refuse_dates(refused, self.main, suggestion="Später")
        made = workflow.propose_dates(self.case, lead, actors.proposal(9), form_key=uuid.uuid4())
        date = workflow.pick_date(made, self.main, date=made.dates.get())
        workflow.ask_to_move(date, self.main, text="Früher?", form_key=uuid.uuid4())
        moved = workflow.propose_dates(self.case, lead, actors.proposal(7), form_key=uuid.uuid4(), moves=date)
        workflow.pick_date(moved, self.main, date=moved.dates.get())

    def _session(self) -> None:
        lead = self.world.lead
        session = workflow.log_session(
            self.fresh(), lead.user, fields=actors.session_fields(date=WEDNESDAY), advisors=[lead],
            form_key=uuid.uuid4(),
        )  # fmt: skip
        workflow.question_session(session, self.main, text="Kürzer", version=session.version)
        session.refresh_from_db()
        fields = actors.session_fields(date=WEDNESDAY, minutes=60)
        workflow.correct_session(session, lead.user, fields=fields, advisors=[lead])

    def _ends(self) -> None:
        by = self.world.lead.user
        first, second = (
            workflow.write_option(self.fresh(), by, fields=actors.option_fields(title=title))
            for title in ("Eins", "Zwei")
        )
        workflow.propose_options(self.fresh(), by)
        workflow.comment_option(second, self.main, text="Bitte klarer", version=1)
        for option in (first, second):
            workflow.confirm_option(option, self.main, version=1, remark="Gut")
        workflow.close(self.fresh(), self.world.coordinator, resolution=Resolution.OPTIONS_AGREED)

    def got(self) -> dict[Side, set[str]]:
        """The kinds of mails that went to the others of each side since, but for what tells that one left."""
        return {
            side: {
                kind
                for kind in OutboxMessage.objects.filter(recipient=user.email).values_list("kind", flat=True)
                if not kinds.get(kind).notice_to(side).is_farewell
            }
            for side, user in self.there.items()
        }


@pytest.mark.parametrize("how", ["there", "lock", "leave"])
def test_who_is_there_gets_the_mails_of_a_case_and_nobody_who_is_locked_or_has_left(how: str) -> None:
    with on(WEDNESDAY - dt.timedelta(days=1)):
        story = Story()
        if how != "there":
            getattr(story, how)()
    story.goes_on()
    assert story.got() == (SENT if how == "there" else dict.fromkeys(Side, set()))


# --- One by one -----------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    return World()


def lock(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def mail_to(user: User, kind: str) -> OutboxMessage:
    return OutboxMessage.objects.filter(recipient=user.email, kind=kind).latest("pk")


def gone_out(mail: OutboxMessage) -> OutboxMessage:
    OutboxMessage.objects.filter(pk=mail.pk).update(
        state=State.SENT, sent_at=timezone.now(), next_attempt_at=None, is_held=False
    )
    mail.refresh_from_db()
    return mail


def test_where_the_only_contact_is_locked_nobody_is_written_to_and_the_case_still_has_a_contact(
    world: World,
) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    main = actors.contact_of(case)
    lock(main)
    OutboxMessage.objects.all().delete()
    workflow.ask_query(case, world.coordinator, text="Wer?")
    assert list(OutboxMessage.objects.values_list("kind", flat=True)) == []
    found = Case.objects.get(pk=case.pk)
    assert (found.correspondents, found.main_contact and found.main_contact.user) == ([], main)


def test_while_the_main_contact_is_locked_a_colleague_is_written_to(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    main, colleague = actors.contact_of(case), actors.colleague(case)
    lock(main)
    workflow.ask_query(case, world.coordinator, text="Wer?")
    asked = OutboxMessage.objects.filter(kind="query_asked")
    assert list(asked.values_list("recipient", flat=True)) == [colleague.user.email]


def test_a_lock_throws_away_what_still_waited_for_somebody(world: World, settings: Any) -> None:
    settings.MAIL_BUNDLE_MINUTES = 10
    case = world.case(CaseStatus.MATCHED)
    for author in (actors.contact_of(case), world.lead.user):
        side = Side.ADVISOR if author == world.lead.user else Side.MUNICIPALITY
        workflow.write_message(case, author, side, text="Hallo", audience=Audience.EVERYONE)
    lock(world.lead.user)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        bundling.join_due()
    left = OutboxMessage.objects.filter(kind__in=["message_written", "bundle"], is_held=False)
    assert set(left.exclude(state=State.JOINED).values_list("recipient", flat=True)) == {
        actors.contact_of(case).email,
        world.coordinator.email,
    }
    assert not OutboxMessage.objects.filter(recipient=world.lead.user.email, is_held=True).exists()


def test_of_a_harmful_file_its_author_is_told_only_while_in_the_case(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    text = {"text": "Anbei", "audience": Audience.EVERYONE}
    message = workflow.write_message(case, world.lead.user, Side.ADVISOR, **text)
    notifications.document_harmful(case, message)
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    notifications.document_harmful(case, message)
    told = OutboxMessage.objects.filter(kind="document_harmful", recipient=world.lead.user.email)
    assert told.count() == 1


# --- Send again -----------------------------------------------------------------------------------


def ended(world: World) -> tuple[Case, OutboxMessage]:
    """A case that the lead advisor has left, and a mail of before that had gone out to her."""
    case = world.case(CaseStatus.MATCHED)
    news = gone_out(mail_to(world.lead.user, "offer_made"))
    workflow.end_assignment(case.assignments.get(advisor=world.lead), world.coordinator)
    return Case.objects.get(pk=case.pk), news


def test_an_advisor_who_has_left_gets_again_what_told_of_that_and_nothing_else(world: World) -> None:
    case, news = ended(world)
    farewell = gone_out(mail_to(world.lead.user, "assignment_ended"))
    workflow.send_mail_again(case, world.coordinator, farewell)
    with pytest.raises(InvalidTransition, match="nicht mehr"):
        workflow.send_mail_again(case, world.coordinator, news)
    lock(world.lead.user)
    with pytest.raises(InvalidTransition, match="nicht mehr"):
        workflow.send_mail_again(case, world.coordinator, gone_out(farewell))


def test_the_outbox_sends_nothing_again_to_somebody_who_has_left_or_is_locked(
    world: World, client: Any
) -> None:
    _case, news = ended(world)
    sign_in(client, world.coordinator)
    page = client.post(reverse("admin:mail_outboxmessage_resend", args=[news.pk]), follow=True)
    news.refresh_from_db()
    assert (news.state, "kann nicht erneut" in page.text) == (State.SENT, True)
    daily_mail = outbox.queue(
        kind="daily_mail", to=world.co.user.email, text=outbox.MailText("Heute", "Guten Morgen")
    )
    lock(world.co.user)
    with pytest.raises(CannotSendAgain):
        outbox.send_again(gone_out(daily_mail), by="Lena Brandt")


# --- An advisor's address that takes no mail ------------------------------------------------------


def test_an_advisor_whose_mail_came_back_is_marked_at_the_sheet_and_in_the_pool(
    world: World, client: Any
) -> None:
    case = world.case(CaseStatus.MATCHING)
    mail = gone_out(mail_to(world.lead.user, "offer_made"))
    address, at = world.lead.user.email, timezone.now()
    mail_came_back.send(OutboxMessage, message=mail, recipient=address, at=at, reason="550")
    sign_in(client, world.coordinator)
    pages = [
        reverse("admin:requests_app_case_change", args=[case.pk]),
        reverse("admin:advisors_advisor_changelist"),
        reverse("admin:advisors_advisor_change", args=[world.lead.pk]),
    ]
    assert [client.get(page).text.count("E-Mail kam zurück</span>") for page in pages] == [1, 1, 1]
    mail_arrived.send(OutboxMessage, message=mail, recipient=address, at=at + dt.timedelta(hours=1))
    assert [client.get(page).text.count("E-Mail kam zurück</span>") for page in pages] == [0, 0, 0]


def test_another_address_of_an_advisor_bears_no_mark(world: World) -> None:
    address = world.lead.user.email
    mail = outbox.queue(kind="daily_mail", to=address, text=outbox.MailText("Heute", "Guten Morgen"))
    mail_came_back.send(OutboxMessage, message=mail, recipient=address, at=timezone.now(), reason="550")
    world.lead.refresh_from_db()
    assert world.lead.is_hard_to_reach
    world.lead.user.email = "neu@example.org"
    world.lead.user.save()
    assert not world.lead.is_hard_to_reach


def test_a_locked_account_is_marked_at_the_sheet(world: World, client: Any) -> None:
    case = world.case(CaseStatus.MATCHED)
    lock(actors.contact_of(case))
    lock(world.lead.user)
    sign_in(client, world.coordinator)
    page = client.get(reverse("admin:requests_app_case_change", args=[case.pk])).text
    assert page.count("Konto gesperrt: bekommt keine E-Mails</span>") == 2
