"""Passkeys: adding one, signing in with one, taking one away. What was signed is checked by py_webauthn.

A device must ask for finger, face or its own code each time: the passkey is the only thing asked for.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from openkap.actions.door import guarded
from openkap.clinical.refusal import BadInput
from openkap.records.models import PasskeyRow, User
from openkap.records.policy import Principal

MOST = 10
"""Passkeys of one account."""
_AGAIN = "Try again, or sign in with your password"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the browser is: the name a passkey belongs to, and the address it must have been used at."""

    host: str  # without its port
    origin: str  # "https://clinic.example"


@guarded("self")
def mine(who: Principal) -> list[PasskeyRow]:
    """The reader's own, the newest first."""
    return list(PasskeyRow.objects.filter(user_id=who.user).order_by("-made_at"))


@guarded("self")
def begin_adding(who: Principal, place: Place) -> tuple[bytes, str]:
    """(the challenge to keep, what the browser is asked as JSON)."""
    user = User.objects.get(id=who.user)
    known = [PublicKeyCredentialDescriptor(base64url_to_bytes(row.credential)) for row in mine(who)]
    if len(known) >= MOST:
        raise BadInput("passkey", f"you have {MOST} passkeys", "Take one away first")
    options = generate_registration_options(
        rp_id=place.host,
        rp_name="OpenKAP",
        user_id=user.id.bytes,
        user_name=user.username,
        user_display_name=user.name,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options.challenge, options_to_json(options)


@guarded("self")
def add(
    who: Principal, place: Place, *, challenge: bytes, answer: str, name: str, at: datetime
) -> PasskeyRow:
    """The passkey that the browser made; BadInput where it does not answer this challenge at this address."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise BadInput("passkey", "the device did not make one that can be used here", "Try again") from None
    credential = bytes_to_base64url(found.credential_id)
    if PasskeyRow.objects.filter(credential=credential).exists():
        raise BadInput("passkey", "this device has one here already", "Sign in with it")
    return PasskeyRow.objects.create(
        credential=credential,
        user_id=who.user,
        name=name.strip()[:60] or "Passkey",
        public_key=bytes_to_base64url(found.credential_public_key),
        sign_count=found.sign_count,
        made_at=at,
    )


@guarded("self")
def take_away(who: Principal, credential: str) -> None:
    """It opens nothing any more."""
    PasskeyRow.objects.filter(user_id=who.user, credential=credential).delete()


def begin_signing_in(place: Place) -> tuple[bytes, str]:
    """(the challenge to keep, what the browser is asked as JSON). The device itself knows whose it is."""
    options = generate_authentication_options(
        rp_id=place.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options.challenge, options_to_json(options)


def proven(place: Place, *, challenge: bytes, answer: str, credential: str, at: datetime) -> User:
    """Whose passkey signed this challenge at this address. BadInput, in the same words whatever was wrong.

    A count that does not go up is a copy of the passkey, and is refused.
    """
    with transaction.atomic():
        row = (
            PasskeyRow.objects.select_for_update()
            .filter(credential=credential)
            .select_related("user")
            .first()
        )
        if row is None or not row.user.is_active:
            raise BadInput("passkey", "this passkey opens nothing here", _AGAIN)
        try:
            found = verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=place.host,
                expected_origin=place.origin,
                credential_public_key=base64url_to_bytes(row.public_key),
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            raise BadInput("passkey", "this passkey opens nothing here", _AGAIN) from None
        row.sign_count, row.used_at = found.new_sign_count, at
        row.save(update_fields=["sign_count", "used_at"])
        return row.user
