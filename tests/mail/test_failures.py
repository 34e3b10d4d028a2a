"""Which errors are worth another attempt."""

import smtplib
import ssl

import pytest
from anymail.exceptions import (
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailSerializationError,
)
from django.core.mail import InvalidMailer
from requests import Response
from requests.exceptions import ConnectionError as RequestsConnectionError

from miglobe.mail.failures import is_permanent


def api_error(status: int) -> AnymailRequestsAPIError:
    response = Response()
    response.status_code = status
    return AnymailRequestsAPIError("no", response=response)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no such user")}),
        smtplib.SMTPSenderRefused(552, b"too big", "a@b.example"),
        smtplib.SMTPDataError(554, b"looks like spam"),
        api_error(400),
        api_error(422),
        AnymailRecipientsRefused(),
        AnymailInvalidAddress("no"),
        AnymailSerializationError("no"),
        ValueError("Invalid address"),
        UnicodeEncodeError("ascii", "ö", 0, 1, "no"),
        TypeError("not a string"),
    ],
    ids=repr,
)
def test_is_permanent_when_the_mail_itself_is_refused(error):
    assert is_permanent(error) is True


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"greylisted")}),
        smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no"), "c@b.example": (450, b"later")}),
        smtplib.SMTPSenderRefused(530, b"sign in first", "a@b.example"),
        smtplib.SMTPDataError(451, b"try later"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPConnectError(554, b"go away"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPNotSupportedError("no STARTTLS"),
        api_error(401),
        api_error(429),
        api_error(503),
        RequestsConnectionError("no way"),
        ConnectionRefusedError(),
        TimeoutError(),
        ssl.SSLCertVerificationError("expired"),
        InvalidMailer("OPTIONS must define 'host'."),
    ],
    ids=repr,
)
def test_is_not_permanent_when_the_road_is_blocked(error):
    assert is_permanent(error) is False
