"""Every environment variable OpenKAP reads, once. Nothing else in the product looks at the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

from openkap.channels import Mail

VARIABLES: dict[str, tuple[str, str]] = {
    "OPENKAP_HOME": ("./var", "folder of the database, keys and secrets"),
    "OPENKAP_KEY_FILE": ("", "key of the encrypted database; empty: keys/openkap.key in the home"),
    "OPENKAP_DATABASE": ("", "postgresql://user:password@host:port/name; empty: SQLite in the home"),
    "OPENKAP_SECRET_FILE": ("", "secret that signs sessions; empty: keys/session.secret in the home"),
    "OPENKAP_DEMO": ("", "1: a demonstration clinic with one-click sign-in, never for real people"),
    "OPENKAP_HOSTS": ("localhost,127.0.0.1,[::1]", "host names the server answers to, by commas"),
    "OPENKAP_HTTPS": ("", "1: served over https by a proxy; cookies travel no other way"),
    "OPENKAP_INSTRUMENTS": (
        "",
        "folder of item files licensed to the clinic; empty: instruments in the home",
    ),
    "OPENKAP_REGION": ("us", "region whose crisis lines patients are shown: a file of protocol/crisis"),
    "OPENKAP_TURN": ("", "relays for video to homes, by commas, like turn:turn.clinic.example:3478"),
    "OPENKAP_TURN_SECRET_FILE": ("", "secret shared with the relays; empty: keys/turn.secret in the home"),
    "OPENKAP_MAIL": (
        "",
        "mail server for reminders, like smtps://user:password@host or smtp:// with STARTTLS; empty: none",
    ),
    "OPENKAP_MAIL_FROM": ("", "address that reminders come from; needed with OPENKAP_MAIL"),
    "OPENKAP_SMS_DOMAIN": ("", "domain where the mail server turns <number>@domain into a text"),
    "OPENKAP_TIME_ZONE": ("UTC", "zone that times are shown in; they are stored in UTC"),
}
"""Name → (default, what it is for)."""


LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says, read and checked."""

    home: Path
    key_file: Path
    secret_file: Path
    database: str
    demo: bool
    https: bool
    hosts: tuple[str, ...]
    time_zone: str
    instruments: Path | None
    region: str
    turn: tuple[str, ...]
    turn_secret_file: Path
    mail: Mail | None


def read(given: Mapping[str, str] = os.environ) -> Environment:
    """The configuration, or ImproperlyConfigured naming the variable."""
    value = {name: given.get(name) or default for name, (default, _) in VARIABLES.items()}
    home = Path(value["OPENKAP_HOME"]).expanduser().resolve()
    return Environment(
        home=home,
        key_file=_path(value["OPENKAP_KEY_FILE"], home / "keys" / "openkap.key"),
        secret_file=_path(value["OPENKAP_SECRET_FILE"], home / "keys" / "session.secret"),
        database=value["OPENKAP_DATABASE"],
        demo=_switch(value, "OPENKAP_DEMO"),
        https=_switch(value, "OPENKAP_HTTPS"),
        hosts=tuple(host.strip() for host in value["OPENKAP_HOSTS"].split(",") if host.strip()),
        time_zone=_zone(value["OPENKAP_TIME_ZONE"]),
        instruments=_instruments(value["OPENKAP_INSTRUMENTS"], home),
        region=value["OPENKAP_REGION"],
        turn=_relays(value["OPENKAP_TURN"]),
        turn_secret_file=_path(value["OPENKAP_TURN_SECRET_FILE"], home / "keys" / "turn.secret"),
        mail=_mail(value),
    )


def strange(given: Mapping[str, str] = os.environ) -> list[str]:
    """Names that start like ours and are not: a misspelt setting that would silently do nothing."""
    return sorted(name for name in given if name.startswith("OPENKAP_") and name not in VARIABLES)


def _path(text: str, default: Path) -> Path:
    return Path(text).expanduser().resolve() if text else default


def _instruments(text: str, home: Path) -> Path | None:
    """A folder that was named must be there; the one in the home may be."""
    folder = _path(text, home / "instruments")
    return folder if text or folder.is_dir() else None


def _switch(value: Mapping[str, str], name: str) -> bool:
    if value[name] not in ("", "0", "1"):
        raise ImproperlyConfigured(f"{name} is {value[name]!r}. Write 1 for yes, 0 or nothing for no.")
    return value[name] == "1"


def _relays(text: str) -> tuple[str, ...]:
    relays = tuple(one.strip() for one in text.split(",") if one.strip())
    for one in relays:
        if not one.startswith(("turn:", "turns:")):
            raise ImproperlyConfigured(
                f"OPENKAP_TURN names {one!r}. Write each relay like turn:turn.clinic.example:3478"
            )
    return relays


def _mail(value: Mapping[str, str]) -> Mail | None:
    """The mail server; in the clear to this computer alone. Says no part of a wrong address again."""
    if not value["OPENKAP_MAIL"]:
        return None
    try:
        parts = urlsplit(value["OPENKAP_MAIL"])
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    folder = parts.path if parts.scheme == "file" else ""
    tls = {"smtps": "tls", "smtp": "" if host in LOOPBACK else "starttls", "file": ""}.get(parts.scheme)
    if tls is None or not (host or folder) or "@" not in value["OPENKAP_MAIL_FROM"]:
        raise ImproperlyConfigured(
            "OPENKAP_MAIL is not a mail server, or OPENKAP_MAIL_FROM no address."
            " Write them like smtps://user:password@mail.clinic.example and reminders@clinic.example"
        )
    return Mail(
        host=host,
        port=port or {"tls": 465, "starttls": 587}.get(tls, 25),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=value["OPENKAP_MAIL_FROM"],
        folder=folder,
        sms_domain=value["OPENKAP_SMS_DOMAIN"],
    )


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"OPENKAP_TIME_ZONE is {name!r}, which is no time zone. Write it like Europe/Zurich, or UTC."
        ) from None
    return name


def postgresql(address: str) -> dict[str, object]:
    """Django's settings for postgresql://user:password@host:port/name. Says no part of a wrong one again."""
    try:
        parts = urlsplit(address)
        port = parts.port or ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "OPENKAP_DATABASE is not a PostgreSQL address. Write it like postgresql://user:password@host:5432/openkap"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
    }
