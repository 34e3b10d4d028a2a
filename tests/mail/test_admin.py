"""The outbox in the admin: who reads it, who sends a mail again, what is never shown."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from miglobe.accounts.models import User
from miglobe.accounts.roles import Role
from miglobe.mail.admin import CappedPaginator
from miglobe.mail.bundling import join_due
from miglobe.mail.delivery import deliver_due
from miglobe.mail.models import OutboxMessage, State
from miglobe.mail.outbox import MailText, queue
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/outboxmessage/"


def page(message: OutboxMessage) -> str:
    return f"{LIST}{message.pk}/change/"


def resend(message: OutboxMessage) -> str:
    return f"{LIST}{message.pk}/resend/"


def an_actor(client, role: Role) -> User:
    user = User.objects.create_user(f"{role}@example.org", "Alex Beispiel")
    user.add_role(role)
    return sign_in(client, user)


@pytest.fixture
def coordinator(client):
    return an_actor(client, Role.COORDINATOR)


def fail(message: OutboxMessage) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=State.FAILED,
        next_attempt_at=None,
        attempts=1,
        last_error="550 no such user",
        history=[{"at": "2026-03-02T09:00:00+00:00", "outcome": "failed", "detail": "550 no such user"}],
    )


def test_list_shows_recipient_subject_case_and_error(client, coordinator, a_mail):
    fail(a_mail(reference="MG-2026-0001"))
    html = client.get(LIST).text
    for text in (
        "kim@stadt.example",
        "Ihre Anfrage MG-2026-0001",
        "550 no such user",
        str(State.FAILED.label),
    ):
        assert text in html
    assert f"{LIST}add/" not in html


@pytest.mark.parametrize(
    ("term", "found"),
    [("KIM@", ["kim@stadt.example"]), ("mg-2026-0002", ["lee@stadt.example"]), ("stadt", []), ("", None)],
)
def test_list_finds_mails_by_address_and_by_case(client, coordinator, a_mail, term, found):
    a_mail(reference="MG-2026-0001")
    a_mail("Lee <lee@stadt.example>", reference="MG-2026-0002")
    rows = client.get(LIST, {"q": term}).context["cl"].result_list
    assert sorted(row.recipient for row in rows) == (
        ["kim@stadt.example", "lee@stadt.example"] if found is None else found
    )


def test_list_costs_the_same_queries_for_one_mail_and_for_thirty(client, coordinator, a_mail):
    def queries() -> tuple[int, int]:
        """Those for mails, and all of them."""
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return sum("mail_outboxmessage" in query["sql"] for query in captured), len(captured)

    a_mail()
    client.get(LIST)  # fills the caches
    one = queries()
    for _ in range(29):
        a_mail()
    thirty = queries()
    assert one == thirty
    assert thirty[0] == 2  # how many, and which


def test_list_counts_no_further_than_a_thousand(django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        assert CappedPaginator(OutboxMessage.objects.order_by("-id"), 50).count == 0
    assert "LIMIT 1000" in captured[0]["sql"]


def test_page_shows_the_text_and_the_history(client, coordinator, a_mail):
    message = a_mail()
    OutboxMessage.objects.update(body="<script>alert(1)</script> Grüße")
    fail(message)
    html = client.get(page(message)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Grüße" in html
    assert "02.03.2026 10:00" in html
    assert "550 no such user" in html
    assert "_save" not in html


def test_page_never_shows_the_text_of_a_confidential_mail(client, coordinator, a_mail):
    message = a_mail(secret=True)
    OutboxMessage.objects.update(body="Ihr Code: 123456", alternatives=[["123456", "text/html"]])
    assert "123456" not in client.get(page(message)).text
    assert "123456" not in client.get(LIST).text


def test_page_offers_to_send_again_only_when_that_is_possible(client, coordinator, a_mail):
    message = a_mail()
    assert resend(message) not in client.get(page(message)).text
    fail(message)
    assert resend(message) in client.get(page(message)).text
    OutboxMessage.objects.update(is_secret=True, body="")
    assert resend(message) not in client.get(page(message)).text


def test_pages_hold_no_inline_style_or_script(client, coordinator, a_mail):
    message = a_mail()
    fail(message)
    for address in (LIST, page(message)):
        html = client.get(address).text
        assert " style=" not in html
        assert " onclick=" not in html


def test_resend_queues_a_failed_mail_and_keeps_its_history(client, coordinator, a_mail, mailoutbox):
    message = a_mail()
    fail(message)
    response = client.post(resend(message))
    assert (response.status_code, response.url) == (302, page(message))
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.WAITING, 0)
    assert [(line["outcome"], line["detail"]) for line in message.history] == [
        ("failed", "550 no such user"),
        ("requeued", "Alex Beispiel"),
    ]
    assert LogEntry.objects.get().object_id == str(message.pk)
    deliver_due()
    assert len(mailoutbox) == 1


def test_resend_of_several_tells_which_could_not_be_sent_again(client, coordinator, a_mail):
    failed, waiting = a_mail(), a_mail()
    fail(failed)
    data = {"action": "send_selected_again", "_selected_action": [failed.pk, waiting.pk], "index": 0}
    response = client.post(LIST, data, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["success", "warning"]
    assert OutboxMessage.objects.filter(state=State.WAITING).count() == 2
    assert LogEntry.objects.count() == 1


def test_resend_refuses_a_mail_on_its_way(client, coordinator, a_mail):
    message = a_mail()
    client.post(resend(message))
    message.refresh_from_db()
    assert (message.state, message.history) == (State.WAITING, [])


def test_resend_is_not_done_by_opening_a_link(client, coordinator, a_mail):
    message = a_mail()
    fail(message)
    assert client.get(resend(message)).status_code == 405
    message.refresh_from_db()
    assert message.state == State.FAILED


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_nobody_adds_or_deletes_mails(client, coordinator, a_mail, path):
    address = LIST + path.format(pk=a_mail().pk)
    assert client.get(address).status_code == 403
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert OutboxMessage.objects.count() == 1


def test_nobody_changes_mails(client, coordinator, a_mail):
    message = a_mail()
    assert client.post(page(message), {"subject": "other"}).status_code == 403


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.MUNICIPALITY_CONTACT])
def test_outbox_is_closed_to_others(client, a_mail, role):
    an_actor(client, role)
    message = a_mail()
    fail(message)
    for address in (LIST, page(message)):
        assert client.get(address).status_code in (302, 403)
    assert client.post(resend(message)).status_code in (302, 403)
    message.refresh_from_db()
    assert message.state == State.FAILED


def test_resend_needs_its_own_permission(client, coordinator, a_mail):
    group = Group.objects.get(name=Role.COORDINATOR)
    group.permissions.remove(*group.permissions.filter(codename="resend_outboxmessage"))
    message = a_mail()
    fail(message)
    assert client.post(resend(message)).status_code == 403
    html = client.get(page(message)).text
    assert resend(message) not in html
    assert "send_selected_again" not in client.get(LIST).text


@pytest.mark.parametrize("field", ["body", "alternatives", "headers", "subject", "lease_token"])
def test_list_is_not_narrowed_by_what_a_mail_says(client, coordinator, a_mail, field):
    a_mail(secret=True)
    assert client.get(f"{LIST}?{field}__contains=48").status_code == 400
    assert client.get(f"{LIST}?state__in=waiting").status_code == 200


def test_parts_of_a_collective_mail_and_the_whole_lead_to_each_other(client, coordinator, a_mail):
    alone = a_mail()
    first, second = (
        queue(
            kind="message_written",
            to="kim@stadt.example",
            text=MailText(f"Nachricht {n}", "Text.\n"),
            reference="MG-2026-0001",
            footer="Fuß",
            held_until=timezone.now(),
        )
        for n in (1, 2)
    )
    assert "wartet bis" in client.get(page(first)).text
    join_due()
    bundle = OutboxMessage.objects.get(kind="bundle")
    whole = client.get(page(bundle)).text
    assert [page(part) in whole for part in (first, second, alone)] == [True, True, False]
    assert page(bundle) in client.get(page(first)).text
    assert "Eine E-Mail aus mehreren" not in client.get(page(alone)).text
