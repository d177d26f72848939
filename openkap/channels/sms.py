"""Texts, through a gateway that takes them as e-mail to <number>@<its domain>."""

import re

from openkap.channels import Mail, Refused, email


def deliver(mail: Mail, *, to: str, subject: str, body: str, message_id: str) -> str:
    """What the mail server answered. A text has no subject."""
    del subject
    if not mail.sms_domain:
        raise Refused("this clinic sends no texts")
    number = re.sub(r"[^0-9]", "", to)
    return email.deliver(mail, to=f"{number}@{mail.sms_domain}", subject="", body=body, message_id=message_id)
