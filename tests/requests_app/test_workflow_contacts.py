"""Contact persons: invited, joined, handed over, left; who is told, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from requests_app import access, summary, workflow
from requests_app.access import Side
from requests_app.models import Audience, Case, CaseStatus, EventKind
from requests_app.workflow import InvalidTransition, NotAllowed
from requests_app.workflow.contacts import INVITATIONS_PER_CASE_AND_DAY, INVITATIONS_PER_PERSON_AND_DAY
from tests import actors
from tests.actors import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case() -> Case:
    return actors.submitted()


def mails_after(act: Callable[[], object]) -> set[tuple[str, str]]:
    """Kind and address of every mail that an act stores."""
    before = list(OutboxMessage.objects.values_list("pk", flat=True))
    act()
    new = OutboxMessage.objects.exclude(pk__in=before)
    return set(new.values_list("kind", "recipient"))


def last(case: Case, kind: EventKind) -> tuple[User | None, dict[str, object]]:
    event = case.events.filter(kind=kind).latest("pk")
    return event.actor, event.data


def names(case: Case) -> list[str]:
    return [contact.name for contact in case.contacts.all()]


# --- Who gets which mail --------------------------------------------------------------------------


def test_each_change_is_told_to_those_who_need_to_know(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    katrin, ayse, advisor = actors.contact_of(case), actors.colleague(case, "Ayşe Demir"), world.lead.user
    told = ayse.user.email

    new = actors.new_contact("Jonas Reiter")
    assert mails_after(lambda: workflow.invite_contact(case, katrin, new)) == {
        ("contact_invited", new.email), ("contact_added", told),
    }  # fmt: skip
    jonas = case.contacts.get(user__email=new.email)
    assert mails_after(lambda: workflow.resend_invitation(jonas, katrin)) == {("contact_invited", new.email)}
    assert mails_after(lambda: workflow.remove_contact(jonas, katrin)) == {("contact_left", told)}

    jonas = actors.colleague(case, "Jonas Reiter")
    assert mails_after(lambda: workflow.remove_contact(jonas, katrin)) == {
        ("contact_removed", jonas.user.email), ("contact_left", told),
    }  # fmt: skip
    assert mails_after(lambda: workflow.correct_contact(ayse, ayse.user, fields={"phone": "1"})) == set()
    assert mails_after(lambda: workflow.hand_over(case, ayse.user, case.contacts.all()[0])) == {
        ("handed_over", katrin.email), ("handed_over", told), ("handed_over", advisor.email),
    }  # fmt: skip


def test_what_the_coordination_changes_is_told_to_every_confirmed_contact(world: World) -> None:
    case = world.case()
    katrin, new = actors.contact_of(case), actors.new_contact()
    assert mails_after(lambda: workflow.invite_contact(case, world.coordinator, new)) == {
        ("contact_invited", new.email), ("contact_added", katrin.email),
    }  # fmt: skip


def test_the_invited_get_nothing_of_the_case_before_they_have_joined(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    katrin, invited = actors.contact_of(case), actors.invited(case)

    def talk() -> None:
        workflow.ask_query(case, world.coordinator, text="Welche Vereine?")
        workflow.write_message(
            case, world.coordinator, Side.COORDINATOR, text="Hallo", audience=Audience.MUNICIPALITY
        )

    assert mails_after(talk) == {("query_asked", katrin.email), ("message_written", katrin.email)}
    workflow.confirm_by_sign_in(invited.user)
    wrote = mails_after(
        lambda: workflow.write_message(
            case, katrin, Side.MUNICIPALITY, text="Gern", audience=Audience.MUNICIPALITY
        )
    )
    assert wrote == {("message_written", invited.user.email), ("message_written", world.coordinator.email)}


def test_the_invited_do_nothing_in_the_case_before_they_have_joined(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    person = actors.invited(case).user
    for act in (
        lambda: workflow.withdraw(case, person),
        lambda: workflow.write_message(
            case, person, Side.MUNICIPALITY, text="Hallo", audience=Audience.EVERYONE
        ),
    ):
        with pytest.raises(InvalidTransition) as refused:
            act()
        assert str(refused.value.message) == "Bitte nehmen Sie zuerst Ihre Einladung an."
    assert [action.key for action in workflow.available_actions(case, person)] == ["leave_case"]
    workflow.accept_invitation(case, person)
    case = Case.objects.get(pk=case.pk)
    assert workflow.is_available("withdraw", case, person) is True


def test_a_query_reaches_the_main_contact_while_nobody_has_confirmed_an_address(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW, confirmed=False)
    workflow.invite_contact(case, world.coordinator, actors.new_contact())
    asked = mails_after(lambda: workflow.ask_query(case, world.coordinator, text="Welche Vereine?"))
    assert asked == {("query_asked", actors.contact_of(case).email)}


def test_the_invitation_names_the_case_and_leads_to_it(case: Case) -> None:
    contact = actors.invited(case)
    mail = OutboxMessage.objects.get(kind="contact_invited")
    assert mail.subject == f"{case.reference}: Katrin Wellmann lädt Sie als Ansprechperson ein"
    assert f"/vorgang/{case.reference}/" in mail.body
    assert case.place in mail.body
    assert [text for text in (case.title, case.situation) if text in mail.body] == []
    assert contact.name in mail.body


def test_a_mail_to_a_contact_is_written_in_the_language_of_the_account(case: Case) -> None:
    new = actors.new_contact()
    user, _ = User.objects.get_or_create_by_email(new.email, new.name)
    user.language = "en"
    user.save()
    workflow.invite_contact(case, actors.contact_of(case), new)
    mail = OutboxMessage.objects.get(kind="contact_invited")
    assert mail.subject == f"{case.reference}: Katrin Wellmann invites you as a contact person"


# --- Invite ---------------------------------------------------------------------------------------


def test_whoever_signs_in_with_the_invited_address_has_joined_and_sees_the_same_case(case: Case) -> None:
    contact = actors.invited(case)
    assert (contact.confirmed_at, contact.user.roles) == (None, frozenset())
    workflow.confirm_by_sign_in(contact.user)
    user = User.objects.get(pk=contact.user_id)
    assert list(access.visible_to(user, Side.MUNICIPALITY)) == [case]
    assert last(case, EventKind.ADDRESS_CONFIRMED) == (user, {"contact": contact.pk})


def test_the_event_of_an_invitation_keeps_keys_alone(case: Case) -> None:
    contact = actors.invited(case)
    assert last(case, EventKind.CONTACT_INVITED) == (actors.contact_of(case), {"contact": contact.pk})


def test_the_same_address_invited_twice_is_told_and_changes_nothing(case: Case) -> None:
    contact = actors.invited(case)
    with pytest.raises(InvalidTransition, match="gehört schon"):
        actors.invited(case, email=contact.user.email.upper())
    assert names(case) == ["Katrin Wellmann", "Jonas Reiter"]


def test_who_has_left_can_be_invited_again_and_has_to_accept_again(case: Case) -> None:
    contact = actors.colleague(case)
    workflow.leave_case(case, contact.user)
    again = actors.invited(case, "Jonas Reiter-Voß", email=contact.user.email)
    assert (again.pk, again.name) == (contact.pk, "Jonas Reiter-Voß")
    assert (again.confirmed_at, again.left_at) == (None, None)


@pytest.mark.parametrize("has_account", [True, False])
def test_inviting_does_not_tell_whether_an_address_has_an_account(
    world: World, case: Case, has_account: bool
) -> None:
    email = world.other_contact.email if has_account else "neu@hattingen.example.org"
    contact = actors.invited(case, "Wie getippt", email=email)
    assert (contact.name, contact.confirmed_at) == ("Wie getippt", None)


def test_an_advisor_of_the_case_cannot_be_invited_to_it(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    with pytest.raises(InvalidTransition, match="berät oder koordiniert"):
        actors.invited(case, email=world.lead.user.email)


def test_an_invited_person_on_another_side_is_not_told_apart_and_never_joins(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    for someone in (world.co.user, world.coordinator):
        contact = actors.invited(case, email=someone.email)
        assert workflow.confirm_by_sign_in(someone) == 0
        contact.refresh_from_db()
        assert contact.confirmed_at is None
    with pytest.raises(InvalidTransition, match="berät oder koordiniert"):  # to colleagues it may be said
        workflow.invite_contact(case, world.coordinator, actors.new_contact(email=world.lead.user.email))


def test_who_was_asked_to_advise_does_not_read_the_municipality_s_side(world: World) -> None:
    case = world.case(CaseStatus.MATCHING)
    actors.invited(case, email=world.co.user.email)
    world.co.user.add_role(Role.MUNICIPALITY_CONTACT)
    assert list(access.visible_to(world.co.user, Side.MUNICIPALITY)) == []
    assert list(access.visible_to(world.co.user, Side.ADVISOR)) == [case]


def test_a_contact_person_of_the_case_is_not_asked_to_advise_it(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    actors.invited(case, email=world.lead.user.email)
    with pytest.raises(InvalidTransition, match="selbst anfragt"):
        workflow.offer(case, world.coordinator, world.offers())


def test_five_invitations_a_day_are_enough_for_a_case(case: Case, world: World) -> None:
    for number in range(INVITATIONS_PER_CASE_AND_DAY):
        actors.invited(case, f"Person {number}")
    with pytest.raises(InvalidTransition, match="Für heute"):
        actors.invited(case, "Zu viel")
    with pytest.raises(InvalidTransition, match="Für heute"):
        workflow.resend_invitation(case.contacts.all()[1], actors.contact_of(case))
    assert workflow.invite_contact(case, world.coordinator, actors.new_contact()).name == "Jonas Reiter"


def test_twenty_invitations_a_day_are_enough_for_a_person() -> None:
    email = "katrin@hattingen.example.org"
    cases = [actors.submitted(contact={"email": email}) for _ in range(5)]
    for number in range(INVITATIONS_PER_PERSON_AND_DAY):
        actors.invited(cases[number % 4], f"Person {number}")
    with pytest.raises(InvalidTransition, match="Für heute"):
        actors.invited(cases[4])


def test_an_invited_person_accepts_before_anything_else(case: Case, world: World) -> None:
    contact = actors.invited(case)
    with pytest.raises(InvalidTransition, match="zuerst Ihre Einladung"):
        workflow.invite_contact(case, contact.user, actors.new_contact("Dritte Person"))
    with pytest.raises(InvalidTransition, match="zuerst Ihre Einladung"):
        workflow.remove_contact(case.contacts.all()[0], contact.user)
    with pytest.raises(InvalidTransition, match="zuerst Ihre Einladung"):
        workflow.hand_over(case, contact.user, case.contacts.all()[0])
    assert workflow.accept_invitation(case, contact.user)
    assert not workflow.accept_invitation(case, contact.user)
    with pytest.raises(NotAllowed):
        workflow.accept_invitation(case, world.other_contact)


# --- Leave and remove -----------------------------------------------------------------------------


def test_the_last_confirmed_contact_cannot_leave(case: Case) -> None:
    actors.invited(case)
    with pytest.raises(InvalidTransition, match="die einzige Ansprechperson"):
        workflow.leave_case(case, actors.contact_of(case))
    assert names(case) == ["Katrin Wellmann", "Jonas Reiter"]


def test_who_has_left_sees_the_case_no_more_and_keeps_what_was_written(case: Case, world: World) -> None:
    contact = actors.colleague(case)
    workflow.write_message(
        case, contact.user, Side.MUNICIPALITY, text="Guten Tag", audience=Audience.MUNICIPALITY
    )
    workflow.leave_case(case, contact.user)
    assert last(case, EventKind.CONTACT_LEFT) == (contact.user, {"contact": contact.pk})
    assert list(access.visible_to(contact.user, Side.MUNICIPALITY)) == []
    assert [m.signature for m in access.messages_for(case, Side.MUNICIPALITY)] == ["Jonas Reiter"]
    with pytest.raises(NotAllowed):
        workflow.leave_case(case, contact.user)
    wrote = mails_after(
        lambda: workflow.write_message(
            case, world.coordinator, Side.COORDINATOR, text="Hallo", audience=Audience.MUNICIPALITY
        )
    )
    assert wrote == {("message_written", actors.contact_of(case).email)}


def test_the_next_confirmed_contact_is_the_main_one_when_the_first_leaves(case: Case) -> None:
    actors.invited(case, "Wartende Person")
    actors.colleague(case, "Ayşe Demir")
    workflow.leave_case(case, actors.contact_of(case))
    case = Case.objects.get(pk=case.pk)
    assert case.main_contact is not None
    assert case.main_contact.name == "Ayşe Demir"


def test_an_invitation_can_be_declined(case: Case) -> None:
    contact = actors.invited(case)
    workflow.leave_case(case, contact.user)
    assert names(case) == ["Katrin Wellmann"]
    mail = OutboxMessage.objects.get(kind="contact_left")
    assert mail.recipient == actors.contact_of(case).email
    assert "Jonas Reiter hat die Einladung abgelehnt." in mail.body


def test_the_coordination_removes_anybody_but_the_last(case: Case, world: World) -> None:
    katrin = case.contacts.get()
    with pytest.raises(InvalidTransition, match="braucht eine Ansprechperson"):
        workflow.remove_contact(katrin, world.coordinator)
    workflow.invite_contact(case, world.coordinator, actors.new_contact())
    workflow.remove_contact(katrin, world.coordinator)
    assert names(case) == ["Jonas Reiter"]


def test_nobody_removes_herself_by_the_way_for_others(case: Case) -> None:
    contact = actors.colleague(case)
    with pytest.raises(InvalidTransition, match="Sich selbst"):
        workflow.remove_contact(contact, contact.user)


def test_a_contact_corrects_only_the_own_data(case: Case, world: World) -> None:
    contact = actors.colleague(case)
    with pytest.raises(NotAllowed):
        workflow.correct_contact(contact, actors.contact_of(case), fields={"name": "Anders"})
    workflow.correct_contact(contact, world.coordinator, fields={"name": "Jonas Reiter-Voß", "phone": ""})
    assert last(case, EventKind.CONTACT_CORRECTED) == (
        world.coordinator,
        {"contact": contact.pk, "changed": ["name"]},
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_last_contacts_that_leave_at_once_one_stays() -> None:
    case = actors.submitted()
    people = [actors.contact_of(case), actors.colleague(case).user]
    start, refused = threading.Barrier(2), []

    def leave(user: User) -> None:
        try:
            start.wait()
            workflow.leave_case(case, user)
        except InvalidTransition:
            refused.append(user)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[user]) for user in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [contact.user for contact in case.contacts.all()] == refused
    assert len(refused) == 1


# --- Hand over ------------------------------------------------------------------------------------


def test_nothing_changes_until_the_successor_has_accepted_and_then_everything(case: Case) -> None:
    katrin = case.contacts.get()
    successor = workflow.hand_over(case, katrin.user, actors.new_contact())
    assert [c for c in case.contacts.all() if c.left_at is None and c.confirmed_at] == [katrin]
    assert last(case, EventKind.CONTACT_INVITED)[1] == {
        "contact": successor.pk, "takes_over_from": katrin.pk,
    }  # fmt: skip
    workflow.confirm_by_sign_in(successor.user)
    assert names(case) == ["Jonas Reiter"]
    assert last(case, EventKind.HANDED_OVER) == (
        successor.user, {"contact": successor.pk, "takes_over_from": katrin.pk},
    )  # fmt: skip
    assert list(access.visible_to(katrin.user, Side.MUNICIPALITY)) == []


def test_the_successor_takes_the_place_of_the_main_contact(case: Case) -> None:
    actors.colleague(case, "Ayşe Demir")
    successor = workflow.hand_over(case, actors.contact_of(case), actors.new_contact())
    workflow.confirm_by_sign_in(successor.user)
    assert names(case) == ["Jonas Reiter", "Ayşe Demir"]


def test_a_confirmed_colleague_takes_over_at_once(case: Case) -> None:
    katrin, jonas = actors.contact_of(case), actors.colleague(case)
    workflow.hand_over(case, katrin, jonas)
    assert names(case) == ["Jonas Reiter"]
    assert last(case, EventKind.HANDED_OVER)[0] == katrin


def test_an_invited_colleague_can_be_made_the_successor(case: Case) -> None:
    waiting = actors.invited(case)
    workflow.hand_over(case, actors.contact_of(case), waiting)
    assert names(case) == ["Katrin Wellmann", "Jonas Reiter"]
    workflow.confirm_by_sign_in(waiting.user)
    assert names(case) == ["Jonas Reiter"]


def test_a_cancelled_hand_over_leaves_an_invitation(case: Case) -> None:
    katrin = actors.contact_of(case)
    successor = workflow.hand_over(case, katrin, actors.new_contact())
    workflow.cancel_hand_over(case, katrin)
    workflow.confirm_by_sign_in(successor.user)
    assert names(case) == ["Katrin Wellmann", "Jonas Reiter"]
    with pytest.raises(InvalidTransition, match="keine Übergabe"):
        workflow.cancel_hand_over(case, katrin)


def test_a_second_hand_over_replaces_the_first(case: Case) -> None:
    katrin = actors.contact_of(case)
    first = workflow.hand_over(case, katrin, actors.new_contact("Erste Wahl"))
    workflow.hand_over(case, katrin, actors.new_contact("Zweite Wahl"))
    workflow.confirm_by_sign_in(first.user)
    assert "Katrin Wellmann" in names(case)


def test_a_withdrawn_invitation_ends_the_hand_over(case: Case) -> None:
    katrin = actors.contact_of(case)
    successor = workflow.hand_over(case, katrin, actors.new_contact())
    workflow.remove_contact(successor, katrin)
    assert workflow.confirm_by_sign_in(successor.user) == 0
    assert names(case) == ["Katrin Wellmann"]


# --- What others read -----------------------------------------------------------------------------


def test_advisors_read_of_confirmed_contacts_alone(world: World) -> None:
    case = world.case(CaseStatus.MATCHED)
    actors.invited(case, "Wartende Person")
    leaving = actors.colleague(case, "Ayşe Demir")
    workflow.leave_case(case, leaving.user)
    assert [c.name for c in access.contacts_for(case, Side.ADVISOR)] == ["Katrin Wellmann"]
    assert [c.name for c in access.contacts_for(case, Side.MUNICIPALITY)] == [
        "Katrin Wellmann", "Wartende Person",
    ]  # fmt: skip
    assert [c.name for c in access.former_contacts(case)] == ["Ayşe Demir"]


def test_an_offer_names_no_contact_past_or_waiting(case: Case) -> None:
    actors.invited(case, "Wartende Person")
    leaving = actors.colleague(case, "Ayşe Demir")
    workflow.leave_case(case, leaving.user)
    text = "Wellmann, Demir und Wartende sprachen mit " + leaving.user.email
    assert summary.without_contact_data(text, case) == "[…], […] und […] sprachen mit […]"


def test_a_message_from_a_shared_mailbox_is_signed_with_its_name(case: Case, world: World) -> None:
    user, _ = User.objects.get_or_create_by_email("integration@hattingen.example.org", "Vera Alt")
    box = actors.colleague(case, "Integrationsbüro", email=user.email, is_shared_mailbox=True)
    workflow.write_message(
        case, box.user, Side.MUNICIPALITY, text="Guten Tag", audience=Audience.MUNICIPALITY
    )
    assert [m.signature for m in access.messages_for(case, Side.COORDINATOR)] == ["Integrationsbüro"]
    mail = OutboxMessage.objects.filter(kind="message_written", recipient=world.coordinator.email).get()
    assert mail.subject == f"{case.reference}: Neue Nachricht von Integrationsbüro"


def test_a_mail_to_several_contacts_greets_them_all(world: World) -> None:
    case = world.case(CaseStatus.IN_REVIEW)
    actors.colleague(case)
    workflow.ask_query(case, world.coordinator, text="Welche Vereine?")
    bodies = {mail.body for mail in OutboxMessage.objects.filter(kind="query_asked")}
    assert len(bodies) == 1
    assert "Guten Tag Katrin Wellmann und Jonas Reiter," in bodies.pop()
