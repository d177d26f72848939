"""Clinics and accounts: made at the command line and by the demonstration, never by a web form."""

import zoneinfo
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from openkap.clinical.refusal import BadInput, clean_text
from openkap.records.models import Clinic, User
from openkap.records.models.people import ROLES


def create_clinic(
    name: str, *, time_zone: str = "UTC", demonstration: bool = False, id: UUID | None = None
) -> Clinic:
    """A new clinic. `time_zone` is an IANA name such as "Europe/Zurich"."""
    if time_zone not in zoneinfo.available_timezones():
        raise BadInput("time zone", f"{time_zone!r} is not known", "Write it like Europe/Zurich")
    fields: dict[str, Any] = {"id": id} if id else {}
    name = clean_text(name, "name of the clinic", limit=200)
    return Clinic.objects.create(name=name, time_zone=time_zone, demonstration=demonstration, **fields)


def create_user(
    username: str,
    *,
    name: str,
    role: str,
    clinic: Clinic,
    password: str | None = None,
    chart: UUID | None = None,
) -> User:
    """A new account. A patient's names their chart. Without a password nobody signs in to it by one."""
    if role not in ROLES:
        raise BadInput("role", f"{role!r} is not a role", f"Choose one of {', '.join(ROLES)}")
    if (role == "patient") != (chart is not None):
        raise BadInput("chart", "a patient's account names one chart, and a staff account names none")
    try:
        with transaction.atomic():
            return User.objects.create_user(
                clean_text(username, "username", limit=150),
                password,
                name=clean_text(name, "name", limit=200),
                role=role,
                clinic=clinic,
                chart=chart,
            )
    except IntegrityError:
        raise BadInput("username", f"{username} or its chart has an account already") from None


def close(user: User) -> None:
    """Nobody signs in to it any more; what it wrote stays under its name."""
    user.is_active = False
    user.save(update_fields=["is_active"])
