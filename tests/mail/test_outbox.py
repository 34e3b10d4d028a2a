"""Putting mails into the outbox."""

import uuid

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from miglobe.mail.delivery import deliver_due
from miglobe.mail.models import OutboxMessage, State
from miglobe.mail.outbox import CannotSendAgain, MailText, forget, queue, render, send_again, store

TEXT = MailText("Betreff", "Text\n")


@pytest.fixture
def template(tmp_path, settings):
    """Writes a mail template."""
    config = settings.TEMPLATES[0]
    settings.TEMPLATES = [config | {"DIRS": [tmp_path, *config["DIRS"]]}]
    settings.MAIL_CONTEXT = "tests.mail.context.mail_context"
    settings.BASE_URL = "https://beratung.example"

    def write(kind: str, subject: str, body: str) -> None:
        folder = tmp_path / "mail" / "de"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{kind}_subject.txt").write_text(subject)
        (folder / f"{kind}_body.txt").write_text(body)

    return write


def test_render_leaves_what_people_typed_as_it_is(template):
    template("hello", "Anfrage von {{ name }}", "{{ name }} schreibt:\n{{ text }}\n\n")
    text = render(
        "hello", {"name": "Kim & Söhne", "text": "<b>{{ portal.host_name }} {% now 'Y' %}</b>"}, "de"
    )
    assert text == MailText(
        subject="Anfrage von Kim & Söhne",
        body="Kim & Söhne schreibt:\n<b>{{ portal.host_name }} {% now 'Y' %}</b>\n",
    )


def test_render_knows_the_address_of_the_portal_and_its_settings(template):
    template("hello", "{{ portal.host_name }}", "{{ base_url }}/vorgang/")
    assert render("hello", {}, "de") == MailText(
        "Forum für soziale Innovation", "https://beratung.example/vorgang/\n"
    )


def test_render_keeps_a_subject_on_one_line_when_the_typed_title_has_two(template):
    template("hello", "{{ title }}\n", "x")
    assert (
        render("hello", {"title": "Eins\r\nBcc: spy@example.org"}, "de").subject
        == "Eins Bcc: spy@example.org"
    )


@pytest.mark.django_db
def test_queue_stores_the_mail_with_its_case():
    message = queue(
        kind="request_received", to="Kim Öz <Kim@Stadt.example>", text=TEXT, reference="MG-2026-0001"
    )
    message.refresh_from_db()
    assert (message.kind, message.reference, message.recipient) == (
        "request_received",
        "MG-2026-0001",
        "kim@stadt.example",
    )
    assert message.to == ["Kim Öz <Kim@Stadt.example>"]
    assert (message.subject, message.body, message.state) == ("Betreff", "Text\n", State.WAITING)
    assert message.headers == {"Auto-Submitted": "auto-generated"}
    assert message.message_id.endswith("@example.org>")


@pytest.mark.django_db
def test_queue_refuses_a_mail_without_recipient():
    with pytest.raises(ValueError, match="no recipient"):
        queue(kind="query_asked", to=[], text=TEXT)


@pytest.mark.django_db(transaction=True)
def test_queue_leaves_no_mail_when_the_callers_transaction_is_rolled_back(mailoutbox):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue(kind="query_asked", to="kim@stadt.example", text=TEXT)
        raise RuntimeError("the change failed")
    assert deliver_due() == 0
    assert OutboxMessage.objects.count() == 0
    assert mailoutbox == []


@pytest.mark.django_db
def test_store_keeps_a_message_id_that_the_mail_brings():
    email = EmailMessage("a", "b", to=["kim@stadt.example"], headers={"Message-Id": "<one@example.org>"})
    message = store(email, kind="x")
    assert (message.message_id, message.headers) == ("<one@example.org>", {})


@pytest.mark.django_db
def test_send_again_keeps_the_message_id_of_a_failed_mail_and_its_history(a_mail):
    message = a_mail()
    failure = {"at": "2026-01-01T10:00:00+00:00", "outcome": "failed", "detail": "550 no"}
    OutboxMessage.objects.update(
        state=State.FAILED, next_attempt_at=None, attempts=1, history=[failure], last_error="550 no"
    )
    again = send_again(message, by="Alex")
    assert (again.state, again.attempts, again.message_id) == (State.WAITING, 0, message.message_id)
    assert again.history[0] == failure
    assert (again.history[1]["outcome"], again.history[1]["detail"]) == ("requeued", "Alex")


@pytest.mark.django_db
def test_send_again_gives_a_sent_mail_a_new_message_id(a_mail, mailoutbox):
    message = a_mail()
    deliver_due()
    again = send_again(message, by="Alex")
    deliver_due()
    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [message.message_id, again.message_id]
    assert message.message_id != again.message_id
    again.refresh_from_db()
    assert [line["outcome"] for line in again.history] == ["sent", "requeued", "sent"]


@pytest.mark.django_db
def test_send_again_refuses_a_mail_on_its_way_and_a_confidential_one(a_mail):
    with pytest.raises(CannotSendAgain):
        send_again(a_mail(), by="Alex")
    secret = a_mail(secret=True)
    deliver_due()
    with pytest.raises(CannotSendAgain):
        send_again(secret, by="Alex")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "lost", "next_attempt_at": None}, "mail_state_known"),
        ({"next_attempt_at": None}, "mail_waiting_has_next_attempt"),
        ({"state": "sending", "next_attempt_at": None}, "mail_sending_has_lease"),
        ({"state": "sent", "next_attempt_at": None}, "mail_sent_has_time"),
        ({"state": "failed", "next_attempt_at": None, "is_secret": True}, "mail_secret_is_erased"),
        (
            {"state": "bounced", "next_attempt_at": None, "sent_at": timezone.now()},
            "mail_told_of_has_time",
        ),
        ({"settled_at": timezone.now()}, "mail_settled_had_not_arrived"),
    ],
)
def test_message_refuses_a_state_that_does_not_fit_its_fields(a_mail, fields, constraint):
    a_mail()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OutboxMessage.objects.update(**fields)


@pytest.mark.django_db
def test_forget_deletes_mails_of_a_reference_but_for_one_that_is_being_sent(a_mail, mailoutbox):
    a_mail(reference="DRAFT-1")
    deliver_due()
    sending = a_mail(reference="DRAFT-1")
    OutboxMessage.objects.filter(pk=sending.pk).update(
        state=State.SENDING, next_attempt_at=None, lease_until=timezone.now(), lease_token=uuid.uuid4()
    )
    a_mail(reference="DRAFT-1")
    other = a_mail(reference="DRAFT-2")
    forget(["DRAFT-1", "DRAFT-3"])
    assert set(OutboxMessage.objects.all()) == {sending, other}
