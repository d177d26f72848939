"""Ways out of the house: a file a channel, each with `deliver`, which says what the next server answered."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mail:
    """The clinic's own mail server; or a folder in which mails are left, to look at them."""

    host: str
    port: int
    tls: str  # "tls" · "starttls" · "": in the clear, on this computer alone
    user: str
    password: str
    sender: str  # whom mails are from
    folder: str  # in place of a server; empty: there is one
    sms_domain: str  # where the mail server turns <number>@<domain> into a text; empty: no texts


class Refused(Exception):
    """The next server will never take it: the address is wrong, or this is not allowed."""


class Later(Exception):
    """It cannot be handed over now."""
