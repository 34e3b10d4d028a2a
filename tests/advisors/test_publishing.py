"""How a profile becomes public, changes and disappears."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from advisors import directory, publishing
from advisors.models import Advisor, Publication
from miglobe.accounts.roles import Role
from miglobe.mail.models import OutboxMessage
from requests_app.request_form.choices import Choices
from tests import actors

pytestmark = pytest.mark.django_db
State = Publication.State


@pytest.fixture
def amara() -> Advisor:
    return actors.advisor(published=False, approach="Ich frage, wer fehlt.", countries="Ghana, Togo")


def submit(advisor: Advisor) -> Publication:
    return publishing.submit_for_publication(advisor, advisor.user, consent="Ich willige ein.")


def names() -> list[str]:
    return [profile.name for profile in directory.published()]


def states(advisor: Advisor) -> list[str]:
    return [str(p.state) for p in advisor.publications.order_by("pk")]


def mails(kind: str) -> list[str]:
    return sorted(OutboxMessage.objects.filter(kind=kind).values_list("recipient", flat=True))


# --- Consent --------------------------------------------------------------------------------------


def test_consent_records_who_when_and_which_text(amara: Advisor) -> None:
    lena = actors.coordinator()
    before = timezone.now()
    publication = submit(amara)
    assert (publication.state, publication.consented_by) == (State.WAITING, amara.user)
    assert before <= publication.consented_at <= timezone.now()
    assert publication.consent_text == "Ich willige ein."
    assert (publication.name, publication.profile) == ("Amara Okafor", amara.profile)
    assert (publication.approach, publication.countries) == ("Ich frage, wer fehlt.", "Ghana, Togo")
    assert mails("profile_waiting") == [lena.email]
    logged = LogEntry.objects.get(object_id=str(amara.pk))
    assert (logged.user, logged.change_message) == (
        amara.user,
        "Consented to the publication of the profile.",
    )


def test_consent_alone_makes_nothing_public(amara: Advisor) -> None:
    submit(amara)
    assert names() == []
    assert list(Advisor.objects.published()) == []


@pytest.mark.parametrize("who", ["coordinator", "administrator", "advisor"])
def test_nobody_consents_for_somebody_else(amara: Advisor, who: str) -> None:
    other = getattr(actors, who)("Lea Ott")
    with pytest.raises(PermissionDenied):
        publishing.submit_for_publication(amara, getattr(other, "user", other), consent="Ja")
    assert amara.publications.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"profile": " "}, "Schreiben Sie zuerst, was Sie mitbringen."),
        ({"status": "paused"}, "Nur aktive Beratende können im Verzeichnis stehen."),
    ],
)
def test_profile_that_is_not_ready_is_refused(amara: Advisor, changes: dict, sentence: str) -> None:
    Advisor.objects.filter(pk=amara.pk).update(**changes)
    with pytest.raises(publishing.NotPossible, match=sentence):
        submit(amara)
    assert amara.publications.count() == 0


def test_text_that_changed_since_it_was_read_is_not_consented_to(amara: Advisor) -> None:
    shown = publishing.fingerprint(amara, "Ja")
    Advisor.objects.filter(pk=amara.pk).update(profile="Etwas anderes")
    with pytest.raises(publishing.NotPossible, match="inzwischen geändert"):
        publishing.submit_for_publication(amara, amara.user, consent="Ja", shown=shown)
    assert amara.publications.count() == 0


def test_second_consent_replaces_the_one_that_waits(amara: Advisor) -> None:
    submit(amara)
    submit(amara)
    assert states(amara) == ["replaced", "waiting"]


# --- Approval -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_approval_makes_the_profile_public(amara: Advisor, role: Role) -> None:
    publication = submit(amara)
    editor = actors.person("Lena Brandt", role)
    publishing.approve(publication, editor)
    publication.refresh_from_db()
    assert (publication.state, publication.reviewed_by) == (State.APPROVED, editor)
    assert names() == ["Amara Okafor"]
    assert [name for _pk, name in Choices.load().advisors] == ["Amara Okafor"]
    assert mails("profile_approved") == [amara.user.email]


def test_only_the_coordination_approves_and_returns(amara: Advisor) -> None:
    publication = submit(amara)
    for user in (amara.user, actors.advisor("Inés Carvajal").user, actors.person("Kim Muster")):
        with pytest.raises(PermissionDenied):
            publishing.approve(publication, user)
        with pytest.raises(PermissionDenied):
            publishing.decline(publication, user, "Nein")
    assert states(amara) == ["waiting"]


def test_change_stays_invisible_until_it_is_approved(amara: Advisor) -> None:
    actors.publish(amara)
    before = amara.profile
    amara.profile = "Ein neuer Text"
    amara.save(update_fields=["profile"])
    assert directory.published()[0].brings == before
    change = submit(amara)
    assert directory.published()[0].brings == before
    publishing.approve(change, actors.coordinator())
    assert directory.published()[0].brings == "Ein neuer Text"
    assert states(amara) == ["replaced", "approved"]


def test_facts_are_those_of_today(amara: Advisor) -> None:
    actors.publish(amara)
    assert directory.published()[0].base_town == "Köln"
    amara.base_town = "Bonn"
    amara.save(update_fields=["base_town"])
    amara.topics.clear()
    assert (directory.published()[0].base_town, directory.published()[0].topics) == ("Bonn", ())


def test_returned_text_comes_back_with_a_note_and_the_former_one_stays(amara: Advisor) -> None:
    actors.publish(amara)
    change = submit(amara)
    publishing.decline(change, actors.coordinator(), "  Bitte ohne Namen Dritter. ")
    change.refresh_from_db()
    assert (change.state, change.review_note) == (State.DECLINED, "Bitte ohne Namen Dritter.")
    assert names() == ["Amara Okafor"]
    mail = OutboxMessage.objects.get(kind="profile_declined")
    assert (mail.recipient, "Bitte ohne Namen Dritter." in mail.body) == (amara.user.email, True)


def test_returning_needs_a_note(amara: Advisor) -> None:
    with pytest.raises(publishing.NotPossible, match="was geändert werden soll"):
        publishing.decline(submit(amara), actors.coordinator(), "  ")
    assert states(amara) == ["waiting"]


def test_text_that_waits_no_more_is_not_decided_about(amara: Advisor) -> None:
    lena = actors.coordinator()
    first = submit(amara)
    submit(amara)
    with pytest.raises(publishing.NotPossible, match="inzwischen geändert"):
        publishing.approve(first, lena)
    with pytest.raises(publishing.NotPossible, match="inzwischen geändert"):
        publishing.decline(first, lena, "Zu spät")
    assert states(amara) == ["replaced", "waiting"]


def test_paused_advisor_is_not_approved(amara: Advisor) -> None:
    publication = submit(amara)
    Advisor.objects.filter(pk=amara.pk).update(status="paused")
    with pytest.raises(publishing.NotPossible, match="nicht aktiv"):
        publishing.approve(publication, actors.coordinator())


# --- Withdrawal -----------------------------------------------------------------------------------


def test_withdrawal_hides_the_profile_at_once(amara: Advisor) -> None:
    actors.publish(amara)
    submit(amara)
    assert names() == ["Amara Okafor"]
    publishing.withdraw(amara, amara.user)
    assert (names(), Choices.load().advisors) == ([], ())
    assert states(amara) == ["withdrawn", "withdrawn"]
    assert mails("profile_withdrawn") == []


def test_withdrawal_hides_the_profile_in_a_process_that_still_has_it_in_its_cache(amara: Advisor) -> None:
    publication = actors.publish(amara)
    assert names() == ["Amara Okafor"]
    # Another process sends no signal to this one.
    Publication.objects.filter(pk=publication.pk).update(
        state=State.WITHDRAWN, withdrawn_by=amara.user, withdrawn_at=timezone.now()
    )
    assert names() == []


def test_coordination_withdraws_for_the_person_and_tells_her(amara: Advisor) -> None:
    actors.publish(amara)
    lena = actors.coordinator()
    publishing.withdraw(amara, lena)
    assert amara.publications.get().withdrawn_by == lena
    assert mails("profile_withdrawn") == [amara.user.email]


def test_other_people_withdraw_nothing(amara: Advisor) -> None:
    actors.publish(amara)
    for user in (actors.advisor("Inés Carvajal").user, actors.person("Kim Muster")):
        with pytest.raises(PermissionDenied):
            publishing.withdraw(amara, user)
    assert states(amara) == ["approved"]


def test_nothing_public_is_not_withdrawn(amara: Advisor) -> None:
    with pytest.raises(publishing.NotPossible, match="nicht öffentlich"):
        publishing.withdraw(amara, amara.user)


@pytest.mark.parametrize("leaves", ["paused", "left", "account", "name"])
def test_who_leaves_the_pool_is_not_public(amara: Advisor, leaves: str) -> None:
    actors.publish(amara)
    if leaves == "account":
        amara.user.is_active = False
        amara.user.save(update_fields=["is_active"])
    elif leaves == "name":
        amara.user.name = ""
        amara.user.save(update_fields=["name"])
    else:
        amara.status = leaves
        amara.save(update_fields=["status"])
    assert (names(), list(Advisor.objects.published())) == ([], [])


# --- The record -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field", ["consent_text", "consented_at", "consented_by", "profile", "name", "advisor"]
)
def test_consent_that_is_recorded_does_not_change(amara: Advisor, field: str) -> None:
    publication = submit(amara)
    setattr(publication, field, getattr(publication, field))
    with pytest.raises(TypeError):
        publication.save(update_fields=[field])
    with pytest.raises(TypeError):
        publication.save()


def test_consent_that_is_recorded_is_not_deleted(amara: Advisor) -> None:
    with pytest.raises(TypeError):
        submit(amara).delete()
    assert amara.publications.count() == 1


@pytest.mark.parametrize("state", [State.APPROVED, State.WAITING])
def test_database_takes_one_text_of_a_kind(amara: Advisor, state: str) -> None:
    actors.publish(amara)
    submit(amara)
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(
            advisor=amara, state=state, name="A", profile="B", consent_text="C",
            consented_by=amara.user, consented_at=timezone.now(),
            reviewed_by=amara.user, reviewed_at=timezone.now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.APPROVED},
        {"state": State.DECLINED},
        {"state": State.WITHDRAWN},
        {"withdrawn_at": timezone.now()},
        {"profile": ""},
        {"consent_text": ""},
    ],
)
def test_database_refuses_a_state_without_its_record(amara: Advisor, changes: dict) -> None:
    fields = {"advisor": amara, "name": "A", "profile": "B", "consent_text": "C", "consented_by": amara.user}
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(consented_at=timezone.now(), **(fields | changes))


def test_texts_that_differ_from_the_public_ones_are_told(amara: Advisor) -> None:
    publication = actors.publish(amara)
    assert publishing.has_unpublished_changes(amara, publication) is False
    amara.approach = "Anders"
    assert publishing.has_unpublished_changes(amara, publication) is True
