"""The clinic's drugs: what it stocks, the most it gives by a route, the lots a dose may come from."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from openkap.actions.door import guarded
from openkap.actions.fields import cleaned, needed, one_of
from openkap.clinical.entries import Entry
from openkap.clinical.entries.formulary import HighestSet, LotRecorded, LotWithdrawn, PresentationSet
from openkap.clinical.formulary import FORMS, NOTHING, Lot
from openkap.clinical.micrograms import micrograms
from openkap.clinical.moments import utc
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.records import board, ledger, projections
from openkap.records.in_force import in_force
from openkap.records.policy import Principal


@guarded("formulary.set")
def set_presentation(who: Principal, *, at: datetime, via: str = "web", **said: Any) -> Entry:
    """A drug the clinic stocks. `said`: fields of PresentationSet but drug; `unit` of what is counted alone.

    With a known id it is what that drug is from now on, with none it is new. The whole of a vial is worked
    out from mg/mL and mL: two figures of one label cannot disagree.
    """
    protocol = in_force(who.clinic)
    id = ledger.uuid7(at)
    blank: dict[str, Any] = {"presentation": "", "unit": NOTHING, "drug": ""}
    fact = PresentationSet(**blank | cleaned(said))
    needed(fact.title, "title", "Write it as on the box")
    one_of(fact.form, FORMS, "form")
    if fact.presentation:
        one_of(fact.presentation, protocol.formulary.presentations, "presentation")
    drug = _drug(fact.routes, protocol)
    whole = _solution(fact) if fact.form == "solution" else _counted(fact)
    micrograms(whole, "unit")
    made = replace(fact, presentation=fact.presentation or str(id), drug=drug, unit=whole)
    return _write(who, lambda: made, at, via)


def _drug(routes: tuple[str, ...], protocol: Protocol) -> str:
    if not routes:
        raise BadInput("routes", "no route is chosen", "Choose how it is given")
    drugs = {protocol.routes[one_of(route, protocol.routes, "routes")].drug for route in routes}
    if len(drugs) > 1:
        raise BadInput("routes", "these routes are of two drugs", "Record each drug by itself")
    return drugs.pop()


def _solution(fact: PresentationSet) -> Milligrams:
    if fact.concentration is None or fact.volume is None:
        missing = "concentration" if fact.concentration is None else "volume"
        raise BadInput(missing, "a solution has mg/mL and the mL of one vial", "Write both from the label")
    for name in ("concentration", "volume"):
        if getattr(fact, name).value <= 0:
            raise BadInput(name, f"{getattr(fact, name)} is not above nothing", "Read the label again")
    if fact.diluted and not 0 < fact.diluted.value < fact.concentration.value:
        raise BadInput("diluted", f"{fact.diluted} is not weaker than the vial", "Write the mg/mL afterwards")
    return Milligrams(fact.concentration.value * fact.volume.value)


def _counted(fact: PresentationSet) -> Milligrams:
    for name in ("concentration", "volume", "diluted"):
        if getattr(fact, name) is not None:
            raise BadInput(name, f"a {fact.form} is counted, not drawn up", "Leave it empty")
    if fact.unit.value <= 0:
        raise BadInput("unit", f"{fact.unit} is not above nothing", "Write the mg of one")
    return fact.unit


@guarded("highest.set")
def set_highest(who: Principal, *, at: datetime, via: str = "web", **said: Any) -> Entry:
    """The most this clinic gives by a route, signed by the director. `said`: fields of HighestSet."""
    fact = HighestSet(**cleaned(said))
    if fact.signed_name.casefold().split() != who.name.casefold().split():
        raise BadInput("signed_name", f"this is not {who.name}", "Type your own name to sign")
    one_of(fact.route, in_force(who.clinic).routes, "route")
    needed(fact.reason, "reason", "Write what it rests on")
    for name, value in (("dose", fact.dose), ("session", fact.session)):
        if value is not None and value.value <= 0:
            raise BadInput(name, f"{value} is not above nothing", "Write the milligrams, or leave it empty")
    if fact.dose and fact.session and fact.dose > fact.session:
        raise BadInput(
            "session", f"{fact.session} is less than one dose of {fact.dose}", "Check which is which"
        )
    entry = _write(who, lambda: replace(fact, signed_name=who.name), at, via)
    projections.refresh_clinic(who.clinic)
    return entry


@guarded("lot.record")
def record_lot(who: Principal, *, at: datetime, via: str = "web", **said: Any) -> Entry:
    """A lot came in. `said`: presentation, number, expires_on as printed. One that is over is refused."""
    fact = LotRecorded(lot=str(ledger.uuid7(at)), **cleaned(said))
    needed(fact.number, "number", "Write the lot number as printed")
    if fact.expires_on < today(who, at):
        raise BadInput("expires_on", f"the lot expired on {fact.expires_on}", "Read the label again")

    def checked() -> LotRecorded:
        made = in_force(who.clinic).formulary
        one_of(fact.presentation, made.presentations, "presentation")
        same = (
            lot.number == fact.number and lot.of.presentation == fact.presentation
            for lot in made.lots.values()
        )
        if any(same):
            raise BadInput("number", f"lot {fact.number} is recorded already", "Choose it at the dose")
        return fact

    return _write(who, checked, at, via)


@guarded("lot.record")
def withdraw_lot(who: Principal, *, lot: str, reason: str, at: datetime, via: str = "web") -> Entry:
    """Nothing is given from this lot any more."""
    fact = LotWithdrawn(lot=lot, **cleaned({"reason": reason}))
    needed(fact.reason, "reason", "Write why")

    def checked() -> LotWithdrawn:
        known = in_force(who.clinic).formulary.lots.get(lot)
        if known is None or known.withdrawn:
            raise BadInput("lot", "there is no such lot to withdraw", "Look at the list again")
        return fact

    return _write(who, checked, at, via)


def chosen_lot(who: Principal, protocol: Protocol, lot: str, route: str, at: datetime) -> Lot:
    """The lot of that id, if a dose by this route may be drawn from it today; else BadInput at "lot"."""
    found = protocol.formulary.lots.get(lot)
    if found is None:
        raise BadInput("lot", "no lot is chosen", "Choose the lot that is on the vial")
    if why := protocol.formulary.keeps_off(found, route, today(who, at)):
        raise BadInput("lot", why, "Take another one")
    return found


def today(who: Principal, at: datetime) -> date:
    """The day it is where the clinic is: an expiry date is a day there."""
    return at.astimezone(board.zone(who)).date()


def _write(who: Principal, checked: Callable[[], object], at: datetime, via: str) -> Entry:
    """Judged and written while nobody else writes in the clinic's ledger."""
    subject = f"clinic:{UUID(who.clinic)}"
    with transaction.atomic():
        ledger.locked_heads([subject])
        draft = ledger.Draft(subject, checked(), utc(at))
        (entry,) = ledger.append([draft], author=who.user, via=via, at=utc(at))
    return entry
