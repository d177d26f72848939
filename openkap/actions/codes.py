"""Sign-in codes: a member of the team gives one on paper, and it opens the patient's own pages once."""

import secrets
from base64 import b32encode
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from openkap.actions.door import Act, action, guarded
from openkap.clinical.entries.person import SignInCodeGiven
from openkap.clinical.refusal import BadInput
from openkap.records import read
from openkap.records.accounts import create_user
from openkap.records.models import Clinic, SignInCodeRow, User
from openkap.records.policy import Principal
from openkap.records.sealing import GROUP, plain_words
from openkap.records.sitters import digest

LASTS = timedelta(hours=24)
CODE_BYTES = 10


@guarded("code.give")
def give(who: Principal, chart_id: str, *, at: datetime) -> str:
    """A new code for the patient of this chart, e.g. "K7QX 2MZA 9PLD AB3C"; earlier ones open nothing.

    Whoever has no account yet is given one. The code is never shown again.
    """
    read.must_open(who, chart_id, "code.give")
    letters = b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    with transaction.atomic():
        entry = _given(who, chart_id, at=at, until=at + LASTS)
        user = _account(who, chart_id)
        SignInCodeRow.objects.filter(user=user).delete()
        made = {"made_at": at, "until": entry.fact.until}
        SignInCodeRow.objects.create(sha256=digest(letters), user=user, **made)
    return " ".join(letters[place : place + GROUP] for place in range(0, len(letters), GROUP))


@action("code.give")
def _given(act: Act, *, until: datetime) -> None:
    """That one was given stands in the chart; what it is does not."""
    act.write(SignInCodeGiven(until=until))


def _account(who: Principal, chart_id: str) -> User:
    chart = UUID(chart_id)
    found = User.objects.filter(chart=chart).first()
    if found is None:
        person = read.chart(who, chart_id, permission="code.give", log=False).person
        name = f"{person.given_name} {person.family_name}"
        clinic = Clinic.objects.get(id=person.clinic)
        found = create_user(
            f"patient-{chart.hex[:12]}", name=name, role="patient", clinic=clinic, chart=chart
        )
    if not found.is_active:
        raise BadInput("code", "the account of this patient is closed", "Open it again first")
    return found


def proven(typed: str, *, at: datetime) -> User:
    """Whose code this is: once, and in its time. BadInput in the same words whatever was wrong."""
    with transaction.atomic():
        rows = SignInCodeRow.objects.select_for_update().filter(sha256=digest(plain_words(typed)))
        row = rows.select_related("user").first()
        if row is None or row.used_at or at >= row.until or not row.user.is_active:
            raise BadInput(
                "code", "this code opens nothing", "Look at it again, or ask your team for another"
            )
        row.used_at = at
        row.save(update_fields=["used_at"])
        return row.user
