"""What the provider reports of a mail: signed, in any order, more than once – and forged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from miglobe.mail import outbox
from miglobe.mail.delivery import claim, deliver, deliver_due
from miglobe.mail.models import OutboxMessage, State
from miglobe.mail.signals import mail_arrived, mail_came_back
from tests.mail import reports
from tests.mail.reports import basic_auth, mailgun, post, postmark

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.mail.reports")]


@pytest.fixture(autouse=True)
def _provider(settings: Any) -> None:
    settings.ANYMAIL = reports.ANYMAIL


@pytest.fixture
def sent(a_mail: Any, settings: Any) -> OutboxMessage:
    """A mail that a provider has taken and counts by a number of its own."""
    message: OutboxMessage = a_mail()
    settings.MAILERS = settings.MAILERS | {"transport": {"BACKEND": "anymail.backends.test.EmailBackend"}}
    deliver_due()
    message.refresh_from_db()
    assert message.state == State.SENT
    assert message.provider_id != ""
    return message


def told(body: bytes, provider: str = "postmark", authorization: str = "") -> int:
    client = Client(raise_request_exception=False, headers={"Authorization": authorization or basic_auth()})
    return client.post(f"/mail/{provider}/", body, content_type="application/json").status_code


def now(seconds: float = 0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds - 600)


def outcomes(message: OutboxMessage) -> list[str]:
    message.refresh_from_db()
    return [line["outcome"] for line in message.history]


# --- Over the wire ---------------------------------------------------------------------------------


def test_real_post_of_postmark_marks_the_mail_and_a_forged_one_does_not(live_server, sent) -> None:
    url = f"{live_server.url}/mail/postmark/"
    bounce = postmark("HardBounce", sent.provider_id, now())
    for forged in ("", basic_auth("postmark:falsch"), basic_auth("x"), "Bearer 1"):
        assert post(url, bounce, forged) == 400
    assert outcomes(sent) == ["sent"]
    assert post(url, bounce, basic_auth()) == 200
    assert outcomes(sent) == ["sent", "bounced"]
    assert (sent.state, sent.last_error) == (
        State.BOUNCED,
        "The server was unable to deliver your message (no such user).",
    )
    assert sent.is_in_trouble


def test_real_post_of_mailgun_finds_what_went_out_by_smtp_and_a_forged_one_does_not(
    live_server, sink, a_mail
) -> None:
    message = a_mail()
    deliver_due()
    number = str(sink.mails[0]["Message-ID"])
    url = f"{live_server.url}/mail/mailgun/"
    assert post(url, mailgun("failed", number, now(), key="somebody-elses-key"), basic_auth()) == 400
    assert outcomes(message) == ["sent"]
    assert post(url, mailgun("failed", number, now()), basic_auth()) == 200
    assert (outcomes(message), message.state) == (["sent", "bounced"], State.BOUNCED)
    assert "5.1.1 no such user" in message.last_error


# --- Order, repetition ------------------------------------------------------------------------------


def test_delivered_mail_says_when(sent) -> None:
    at = now()
    assert told(postmark("Delivery", sent.provider_id, at)) == 200
    sent.refresh_from_db()
    assert (sent.state, sent.delivered_at, sent.bounced_at) == (State.DELIVERED, at, None)


def test_event_that_comes_twice_changes_nothing(sent) -> None:
    for kind in ("Delivery", "Delivery", "HardBounce", "HardBounce"):
        told(postmark(kind, sent.provider_id, now(10 if kind == "HardBounce" else 0)))
    assert outcomes(sent) == ["sent", "delivered", "bounced"]


def test_latest_event_by_the_providers_clock_counts_in_any_order(sent) -> None:
    first, second = now(), now(60)
    told(postmark("HardBounce", sent.provider_id, second))
    told(postmark("Delivery", sent.provider_id, first))  # older than what we know
    assert (outcomes(sent), sent.state) == (["sent", "bounced"], State.BOUNCED)
    told(postmark("Delivery", sent.provider_id, second + timedelta(seconds=1)))
    assert (outcomes(sent)[-1], sent.state, sent.is_in_trouble) == ("delivered", State.DELIVERED, False)
    told(postmark("HardBounce", sent.provider_id, second))
    assert sent.state == State.DELIVERED


def test_put_off_mail_is_still_sent_and_its_history_says_it_once(sent) -> None:
    for _number in range(3):
        told(postmark("Transient", sent.provider_id, now()))
    assert (outcomes(sent), sent.state) == (["sent", "deferred"], State.SENT)


def test_complaint_is_noted_and_is_no_bounce(sent) -> None:
    told(postmark("SpamComplaint", sent.provider_id, now()))
    assert (outcomes(sent), sent.state) == (["sent", "complained"], State.SENT)


@pytest.mark.parametrize("kind", ["BadEmailAddress", "ManuallyDeactivated", "SMTPApiError", "SoftBounce"])
def test_refused_by_the_provider_counts_as_come_back(sent, kind: str) -> None:
    told(postmark(kind, sent.provider_id, now()))
    assert (outcomes(sent)[-1], sent.state) == ("bounced", State.BOUNCED)


def test_time_in_the_future_counts_as_now(sent) -> None:
    told(postmark("Delivery", sent.provider_id, timezone.now() + timedelta(days=400)))
    sent.refresh_from_db()
    assert sent.delivered_at <= timezone.now()


# --- Which mail -------------------------------------------------------------------------------------


def test_unknown_number_is_logged_and_answered_with_200(sent, caplog) -> None:
    assert told(postmark("HardBounce", "nobody-knows", now())) == 200
    assert outcomes(sent) == ["sent"]
    assert "a mail that we do not know: bounced" in caplog.text


def test_address_that_the_mail_did_not_go_to_changes_nothing(sent) -> None:
    assert told(postmark("HardBounce", sent.provider_id, now(), to="somebody@else.example")) == 200
    assert outcomes(sent) == ["sent"]


def test_address_is_compared_whatever_its_case(sent) -> None:
    told(postmark("HardBounce", sent.provider_id, now(), to="Kim@STADT.example"))
    assert outcomes(sent) == ["sent", "bounced"]


def test_report_that_comes_before_the_worker_wrote_down_the_sending_counts(a_mail) -> None:
    message = a_mail()
    claimed = claim()
    assert claimed is not None
    told(mailgun("delivered", message.message_id, now()), "mailgun")
    deliver(claimed)  # the lease is gone
    message.refresh_from_db()
    assert (message.state, message.lease_until) == (State.DELIVERED, None)


def test_report_on_the_attempt_before_does_not_stop_the_next_one(sent, a_mail) -> None:
    waiting = a_mail()
    told(mailgun("failed", waiting.message_id, now()), "mailgun")
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING
    old_number = sent.provider_id
    outbox.send_again(sent, by="Lena Brandt")
    told(postmark("HardBounce", old_number, now()))
    sent.refresh_from_db()
    assert sent.state == State.WAITING


def test_confidential_mail_is_erased_when_it_is_told_of_before_it_was_written_down(a_mail) -> None:
    message = a_mail(secret=True)
    claim()
    told(mailgun("failed", message.message_id, now()), "mailgun")
    message.refresh_from_db()
    assert (message.state, message.body) == (State.BOUNCED, "")


# --- What it tells the rooms above ------------------------------------------------------------------


def test_signals_say_whom_it_did_and_did_not_reach(sent) -> None:
    heard = []

    def hear(
        sender: Any, message: Any, recipient: str, at: datetime, reason: str = "", **kwargs: Any
    ) -> None:
        heard.append((recipient, reason))

    for signal in (mail_came_back, mail_arrived):
        signal.connect(hear)
    told(postmark("HardBounce", sent.provider_id, now(), to="Kim@stadt.example"))
    told(postmark("Delivery", sent.provider_id, now(60)))
    told(postmark("Delivery", sent.provider_id, now(60)))
    for signal in (mail_came_back, mail_arrived):
        signal.disconnect(hear)
    reason = "The server was unable to deliver your message (no such user)."
    assert heard == [("kim@stadt.example", reason), ("kim@stadt.example", "")]


# --- What is not taken ------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"[]", b"no json", b"{}", b'{"RecordType": 5}', b"\xff\xfe"])
def test_report_that_nobody_can_read_is_no_error_of_ours(sent, body: bytes) -> None:
    assert told(body) in (200, 400)
    assert told(body, "mailgun") == 400
    assert outcomes(sent) == ["sent"]


def test_report_that_is_too_large_is_not_read(sent) -> None:
    bounce = postmark("HardBounce", sent.provider_id, now(), Details="x" * 600_000)
    assert told(bounce) == 413
    assert outcomes(sent) == ["sent"]


def test_many_forged_reports_are_answered_without_being_looked_at(sent) -> None:
    bounce = postmark("HardBounce", sent.provider_id, now())
    answers = {told(bounce, authorization=basic_auth(f"a:{number}")) for number in range(70)}
    assert answers == {400, 429}
    assert outcomes(sent) == ["sent"]


def test_page_is_no_page(client) -> None:
    assert client.get("/mail/postmark/").status_code == 405


# --- Send again, dealt with ----------------------------------------------------------------------


def test_mail_that_came_back_goes_to_a_corrected_address_with_another_number(sent, sink) -> None:
    told(postmark("HardBounce", sent.provider_id, now()))
    before = sent.message_id
    outbox.send_again(sent, by="Lena Brandt", to="kim.neu@stadt.example")
    deliver_due()
    assert outcomes(sent) == ["sent", "bounced", "readdressed", "sent"]
    assert (sent.state, sent.bounced_at, sent.recipient) == (State.SENT, None, "kim.neu@stadt.example")
    assert sink.accepted[0].rcpt_tos == ["kim.neu@stadt.example"]
    assert sink.mails[0]["Message-ID"] == sent.message_id != before


def test_mail_that_is_dealt_with_is_no_trouble_any_more_until_it_comes_back_again(sent) -> None:
    assert outbox.settle(sent, by="Lena Brandt") is False
    told(postmark("HardBounce", sent.provider_id, now()))
    assert OutboxMessage.objects.in_trouble().get() == sent
    assert outbox.settle(sent, by="Lena Brandt") is True
    assert not OutboxMessage.objects.in_trouble().exists()
    assert outcomes(sent)[-1] == "settled"
