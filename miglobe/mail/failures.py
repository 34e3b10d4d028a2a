"""Is a failed delivery worth another attempt? The mail's own fault is permanent, the road's is not."""

from __future__ import annotations

import smtplib
from email.errors import MessageError

from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)

# RFC 4954: the server wants other credentials. That is for the operator to mend, the mail is fine.
SMTP_SIGN_IN_CODES = {530, 534, 535, 538}
# The provider read the mail and does not want it. Others (401, 403, 404, 429) speak of the account.
API_REFUSALS = {400, 413, 422}


def is_permanent(error: Exception) -> bool:
    """Whether sending the same mail again can only fail again.

    Permanent: SMTP 5xx for the sender, the recipients or the content (RFC 5321, 4.2.1), a provider's
    refusal, and a mail that cannot be put into the form of a mail. Everything else is transient:
    no connection, time-outs, SMTP 4xx, a failed sign-in at the mail server, a wrong configuration.
    """
    if isinstance(error, smtplib.SMTPException):
        return _is_permanent_smtp(error)
    if isinstance(error, AnymailAPIError):
        return error.status_code in API_REFUSALS
    if isinstance(error, AnymailError):
        return isinstance(
            error,
            AnymailRecipientsRefused
            | AnymailInvalidAddress
            | AnymailUnsupportedFeature
            | AnymailSerializationError,
        )
    # Errors of certificates and of URLs are both OSError and ValueError: the road's fault.
    if isinstance(error, OSError):
        return False
    return isinstance(error, ValueError | TypeError | MessageError)


def _is_permanent_smtp(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code >= 500 and error.smtp_code not in SMTP_SIGN_IN_CODES
    return False
