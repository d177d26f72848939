"""E-mail by SMTP, handed to the clinic's own mail server."""

import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.filebased import EmailBackend as Folder
from django.core.mail.backends.smtp import EmailBackend

from openkap.channels import Later, Mail, Refused

TIMEOUT_SECONDS = 20
PERMANENT = range(500, 600)


def deliver(mail: Mail, *, to: str, subject: str, body: str, message_id: str) -> str:
    """What the server answered. Refused or Later where it did not take it."""
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMessage(subject, body, mail.sender, [to], headers=headers, connection=_way(mail))
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as fault:
        code, said = next(iter(fault.recipients.values()))
        _raise(code, said)
    except smtplib.SMTPResponseException as fault:
        _raise(fault.smtp_code, fault.smtp_error)
    except (OSError, smtplib.SMTPException) as fault:
        raise Later(str(fault) or type(fault).__name__) from None
    except ValueError as fault:  # a line break or worse in an address
        raise Refused(str(fault)) from None
    return f"taken by {mail.host}" if mail.host else "left in the folder of the demonstration"


def _way(mail: Mail) -> BaseEmailBackend:
    if mail.folder:
        return Folder(file_path=mail.folder)
    return EmailBackend(
        host=mail.host,
        port=mail.port,
        username=mail.user,
        password=mail.password,
        use_tls=mail.tls == "starttls",
        use_ssl=mail.tls == "tls",
        timeout=TIMEOUT_SECONDS,
    )


def _raise(code: int, said: bytes | str) -> None:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    raise (Refused if code in PERMANENT else Later)(f"{code} {text}")
