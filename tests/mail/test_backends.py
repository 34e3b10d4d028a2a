"""Where Django's mails go."""

import email
import email.policy

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, mailers, send_mail
from django.db import transaction

from miglobe.mail.delivery import build, deliver_due
from miglobe.mail.models import OutboxMessage


@pytest.fixture
def files(tmp_path, settings):
    """The directory that the transport writes mails to."""
    folder = tmp_path / "mails"
    settings.MAILERS = settings.MAILERS | {
        "transport": {"BACKEND": "miglobe.mail.backends.FileBackend", "OPTIONS": {"file_path": folder}}
    }
    return folder


@pytest.mark.django_db
def test_outbox_backend_stores_what_django_sends(mailoutbox):
    assert send_mail("Betreff", "Text", None, ["kim@stadt.example"], html_message="<p>Text</p>") == 1
    message = OutboxMessage.objects.get()
    assert (message.subject, message.body, message.kind) == ("Betreff", "Text", "other")
    assert message.alternatives == [["<p>Text</p>", "text/html"]]
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_outbox_backend_stores_nothing_when_the_callers_transaction_is_rolled_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        send_mail("Betreff", "Text", None, ["kim@stadt.example"])
        raise RuntimeError("the change failed")
    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
def test_outbox_backend_takes_off_the_headers_that_are_for_itself():
    mail = EmailMessage(
        "Ihr Code",
        "123456",
        to=["kim@stadt.example"],
        headers={"x-miglobe-SECRET": "1", "X-MiGlobe-Kind": "sign_in_code", "X-Other": "stays"},
    )
    mail.send()
    mail.send()  # the caller's mail is as it was, so the second one is confidential, too
    first, second = OutboxMessage.objects.all()
    assert (first.is_secret, first.kind, first.headers) == (True, "sign_in_code", {"X-Other": "stays"})
    assert (second.is_secret, second.headers) == (True, {"X-Other": "stays"})


@pytest.mark.django_db
def test_outbox_backend_gives_back_every_part_of_a_mail():
    mail = EmailMultiAlternatives(
        "Prüfung",
        "Größe",
        "MiGlobe <miglobe@example.org>",
        ["Kim <kim@stadt.example>"],
        cc=["lee@stadt.example"],
        bcc=["archive@example.org"],
        reply_to=["team@example.org"],
        headers={"List-Id": "miglobe"},
        alternatives=[("<p>Größe</p>", "text/html")],
        attachments=[
            ("Notiz.txt", "Übung", "text/plain"),
            ("a.bin", b"\x00\xff", "application/octet-stream"),
        ],
    )
    mail.send()
    built = build(OutboxMessage.objects.get())
    expected = mail.message()
    actual = built.message()
    for header in ("Subject", "From", "To", "Cc", "Reply-To", "List-Id"):
        assert str(actual[header]) == str(expected[header])
    assert built.bcc == ["archive@example.org"]
    assert [part.get_content_type() for part in actual.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/plain",
        "application/octet-stream",
    ]
    assert [item.get_content() for item in actual.iter_attachments()] == ["Übung\n", b"\x00\xff"]


@pytest.mark.django_db
def test_outbox_backend_keeps_html_that_is_the_only_text():
    mail = EmailMessage("Betreff", "<p>Text</p>", to=["kim@stadt.example"])
    mail.content_subtype = "html"
    mail.send()
    assert build(OutboxMessage.objects.get()).message().get_content_type() == "text/html"


@pytest.mark.django_db
def test_file_backend_writes_one_readable_file_per_mail(files, a_mail):
    first, second = a_mail("one@stadt.example"), a_mail("two@stadt.example")
    assert deliver_due() == 2
    paths = sorted(files.iterdir())
    assert [path.suffix for path in paths] == [".eml", ".eml"]
    text = paths[0].read_text()
    assert "Subject: Ihre Anfrage MG-2026-0001\n" in text
    assert "Guten Tag Frau Öztürk,\n\nvielen Dank.\n" in text
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]
    assert [mail["To"] for mail in mails] == ["one@stadt.example", "two@stadt.example"]
    assert [mail["Message-ID"] for mail in mails] == [first.message_id, second.message_id]


def test_file_backend_leaves_long_paragraphs_readable(files):
    paragraph = "Größe " * 500
    mailers["transport"].send_messages([EmailMessage("Über uns", paragraph, to=["kim@stadt.example"])])
    (path,) = files.iterdir()
    assert paragraph in path.read_text()
    assert "Subject: Über uns\n" in path.read_text()
