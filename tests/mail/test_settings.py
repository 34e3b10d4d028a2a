"""How the environment chooses the transport."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from miglobe import settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in (
        "EMAIL_URL",
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_USER",
        "SMTP_PASSWORD",
        "SMTP_TLS",
        "SMTP_TIMEOUT",
    ):
        monkeypatch.delenv(name, raising=False)


def test_mail_transport_reads_the_mail_server_from_one_address(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://miglobe%40example.org:pass%2Fword@mail.example.org:587")
    assert settings.mail_transport("smtp") == {
        "BACKEND": "miglobe.mail.backends.SmtpBackend",
        "OPTIONS": {
            "host": "mail.example.org",
            "port": 587,
            "username": "miglobe@example.org",
            "password": "pass/word",
            "use_tls": True,
            "use_ssl": False,
            "timeout": 30,
        },
    }


def test_mail_transport_reads_the_mail_server_from_single_variables(monkeypatch):
    monkeypatch.setenv("SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("SMTP_USER", "miglobe")
    monkeypatch.setenv("SMTP_PASSWORD", "secret")
    monkeypatch.setenv("SMTP_TLS", "ssl")
    assert settings.mail_transport("smtp")["OPTIONS"] == {
        "host": "mail.example.org",
        "port": None,
        "username": "miglobe",
        "password": "secret",
        "use_tls": False,
        "use_ssl": True,
        "timeout": 30,
    }


def test_mail_transport_takes_a_provider_of_anymail():
    backend = "anymail.backends.brevo.EmailBackend"
    assert settings.mail_transport(backend) == {"BACKEND": backend}


@pytest.mark.parametrize("name", ["", "SMTP", "anymail.backends.pigeon.EmailBackend", "os.system"])
def test_mail_transport_says_what_it_takes_when_the_name_is_unknown(name):
    with pytest.raises(ImproperlyConfigured, match="Set MAIL_TRANSPORT to smtp, to files, or to"):
        settings.mail_transport(name)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "Set SMTP_HOST: the name of the mail server"),
        ({"SMTP_HOST": "mail.example.org", "SMTP_TLS": "yes"}, "Set SMTP_TLS to starttls, ssl"),
        (
            {"EMAIL_URL": "smtps://mail.example.org"},
            r"Set EMAIL_URL to an address that begins with smtp\+tls://",
        ),
    ],
)
def test_mail_transport_says_what_is_missing(monkeypatch, variables, sentence):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        settings.mail_transport("smtp")


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("MAIL_TRANSPORT", "Set MAIL_TRANSPORT: smtp (with EMAIL_URL or SMTP_HOST), files,"),
        ("DEFAULT_FROM_EMAIL", "Set DEFAULT_FROM_EMAIL: the sender of all mails"),
    ],
)
def test_production_does_not_start_without_a_way_to_send_mail(missing, sentence):
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "beratung.example.org",
        "BASE_URL": "https://beratung.example.org",
        "DATABASE_URL": "postgres://miglobe@localhost/miglobe",
        "MAIL_TRANSPORT": "files",
        "DEFAULT_FROM_EMAIL": "MiGlobe <miglobe@example.org>",
    }
    del environment[missing]
    program = [sys.executable, "-c", "import miglobe.settings"]
    ended = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert sentence in ended.stderr


POSTMARK, SMTP = "anymail.backends.postmark.EmailBackend", "miglobe.mail.backends.SmtpBackend"
MAILGUN = "anymail.backends.mailgun.EmailBackend"


def test_webhook_names_the_provider_whose_reports_are_taken():
    secret = {"WEBHOOK_SECRET": "postmark:zwanzig-zeichen-lang"}
    key = {"MAILGUN_WEBHOOK_SIGNING_KEY": "k" * 32}
    assert settings.mail_webhook(True, POSTMARK, secret) == "postmark"
    assert settings.mail_webhook(True, MAILGUN, key) == "mailgun"
    assert settings.mail_webhook(False, SMTP, {}) == settings.mail_webhook(False, POSTMARK, secret) == ""


@pytest.mark.parametrize(
    ("backend", "anymail", "sentence"),
    [
        (SMTP, {"WEBHOOK_SECRET": "a:zwanzig-zeichen-lang"}, "set MAIL_TRANSPORT to a backend of django-any"),
        (POSTMARK, {}, "MAIL_WEBHOOK=1 needs a secret: set ANYMAIL_WEBHOOK_SECRET to a name and a random"),
        (POSTMARK, {"WEBHOOK_SECRET": "zwanzig-zeichen-lang-ohne-namen"}, "set ANYMAIL_WEBHOOK_SECRET"),
        (POSTMARK, {"WEBHOOK_SECRET": "postmark-mit-namen:kurz"}, "set ANYMAIL_WEBHOOK_SECRET"),
        (MAILGUN, {"WEBHOOK_SECRET": "a:zwanzig-zeichen-lang"}, "set ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY to"),
    ],
)
def test_webhook_without_a_secret_stops_the_start(backend, anymail, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        settings.mail_webhook(True, backend, anymail)


@pytest.mark.parametrize(("switch", "found"), [("1", "True"), ("0", "False")])
def test_portal_has_a_path_for_reports_only_while_the_switch_is_on(switch, found):
    ask = (
        "import django; django.setup(); from django.urls import is_valid_path; "
        "print(bool(is_valid_path('/mail/bericht/')))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "miglobe.settings",
        "TESTING": "1",
        "MAIL_TRANSPORT": POSTMARK,
        "MAIL_WEBHOOK": switch,
        "ANYMAIL_WEBHOOK_SECRET": "postmark:zwanzig-zeichen-lang",
    }
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == (found, 0), done.stderr
