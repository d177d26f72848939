"""The protocol of a clinic: changes are drafted, and in force once the medical director signs them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from openkap.actions.door import guarded
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import ProtocolAdopted, ProtocolDraftDiscarded, ProtocolDrafted
from openkap.clinical.moments import utc
from openkap.clinical.protocol import Protocol
from openkap.clinical.refusal import BadFields, BadInput
from openkap.protocol.load import ProtocolFault, shipped
from openkap.protocol.read_toml import BadToml
from openkap.protocol.write_overlay import changes_of
from openkap.records import board, in_force, ledger, projections
from openkap.records.policy import Principal


@guarded("protocol.adopt")
def save_draft(who: Principal, *, overlay: str, at: datetime, via: str = "web") -> Entry:
    """Changes to work on, as TOML. They change nothing yet. BadInput or BadFields with every fault.

    What is not as it was, in force or in the draft before, is signed by whoever drafts it, and not ahead.
    """
    _faultless(overlay)
    if faults := signing_faults(who, overlay, at):
        raise BadFields(faults)
    return _write(who, ProtocolDrafted(overlay=overlay), at, via)


@guarded("protocol.adopt")
def discard_draft(who: Principal, *, draft: str, at: datetime, via: str = "web") -> Entry:
    """The draft of that entry is given up; what is in force stays. BadInput: it is not the newest one."""
    with transaction.atomic():
        ledger.locked_heads([f"clinic:{UUID(who.clinic)}"])
        if _newest(who.clinic, draft) is None:
            raise BadInput("draft", "there is no draft", "Nothing needs to be discarded")
        return _write(who, ProtocolDraftDiscarded(draft=draft), at, via)


@guarded("protocol.adopt")
def adopt(who: Principal, *, signed_name: str, draft: str = "", at: datetime, via: str = "web") -> Entry:
    """The protocol with the changes of that draft is in force from now on; `draft`: the id of its entry.

    With "" it is what is in force already, signed again. BadInput: the name is not the signer's own, the
    draft is not the newest one, or the changes cannot be read.
    """
    if signed_name.casefold().split() != who.name.casefold().split():
        raise BadInput("signed_name", f"this is not {who.name}", "Type your own name to sign")
    with transaction.atomic():
        ledger.locked_heads([f"clinic:{UUID(who.clinic)}"])
        overlay = _overlay_of(who.clinic, draft)
        made = _faultless(overlay)
        fact = ProtocolAdopted(
            version=made.version,
            base=shipped().hash,
            hash=made.hash,
            overlay=overlay,
            signed_name=who.name,
            unset=tuple(f"{one.id}: {one.wants}" for one in made.unset),
        )
        entry = _write(who, fact, at, via)
    projections.refresh_clinic(who.clinic)
    return entry


def _overlay_of(clinic: str, draft: str) -> str:
    newest = _newest(clinic, draft)
    return str(newest.fact.overlay) if newest else in_force.overlay(clinic)


def _newest(clinic: str, draft: str) -> Entry | None:
    """The draft that is there now, which must be the one that was read; "" reads none."""
    newest = in_force.draft(clinic)
    if draft != (str(newest.id) if newest else ""):
        raise BadInput("draft", "the draft was changed while you read it", "Look at it again, then decide")
    return newest


def _faultless(overlay: str) -> Protocol:
    try:
        return in_force.laid(overlay)
    except ProtocolFault as fault:
        raise BadInput("overlay", " ".join(fault.faults).rstrip("."), "Mend it, then save again") from None


def signing_faults(who: Principal, overlay: str, at: datetime) -> list[BadInput]:
    """What this person cannot have signed of these changes: another's name, a day that is still to come.

    What else is wrong with them is left to whoever reads them.
    """
    newest = in_force.draft(who.clinic)
    before = [*_changes(in_force.overlay(who.clinic)), *_changes(newest.fact.overlay if newest else "")]
    today = at.astimezone(board.zone(who)).date()
    fresh = [change for change in _changes(overlay) if change not in before]
    return [fault for change in fresh for fault in _unsigned(change, who.name, today)]


def _unsigned(change: dict[str, Any], name: str, today: date) -> Iterator[BadInput]:
    touches = next((change[key] for key in ("rule", "number", "open") if key in change), "change")
    by, on = change.get("by"), change.get("on")
    if isinstance(by, str) and by.partition(",")[0].strip().casefold() != name.casefold():
        yield BadInput("overlay", f"{touches}: by: {by!r} is not you", f"Write {name}")
    if type(on) is date and on > today:
        yield BadInput("overlay", f"{touches}: on: {on} is still to come", f"Write {today}")


def _changes(overlay: str) -> list[dict[str, Any]]:
    """The changes of a text; none where it is no TOML, for an earlier draft may have been anything."""
    try:
        return changes_of(overlay)
    except BadToml:
        return []


def _write(who: Principal, fact: object, at: datetime, via: str) -> Entry:
    draft = ledger.Draft(f"clinic:{UUID(who.clinic)}", fact, utc(at))
    (entry,) = ledger.append([draft], author=who.user, via=via, at=utc(at))
    return entry
