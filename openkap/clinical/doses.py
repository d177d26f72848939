"""The doses of one visit, each as it stands at a moment: running or over, what went in, what it waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseEnded, DoseGiven
from openkap.clinical.entries.drug import (
    DeviceUsed,
    HoldEnded,
    InfusionPaused,
    InfusionResumed,
    RateChanged,
)
from openkap.clinical.infusion import Stretch, by_rates, empty_at, even_rate, mg_per_hour, rounded, typed_rate
from openkap.clinical.quantity import MgPerMl, Milligrams

KINDS: tuple[type, ...] = (
    DoseGiven,
    DoseEnded,
    RateChanged,
    InfusionPaused,
    InfusionResumed,
    HoldEnded,
    DeviceUsed,
)
"""What a dose is made of."""

Told = Mapping[type, Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose. `ended_at` is None while it is open: it runs, is held in the mouth, or waits for a device."""

    id: str
    route: str
    ordered: Milligrams
    began_at: datetime
    minutes: int = 0  # of an infusion; 0 for a single dose
    booster: bool = False
    ended_at: datetime | None = None
    last_drug_at: datetime | None = None  # when the last of it went in; None while open
    says: Milligrams | None = None  # what whoever ended it read from the pump, or saw
    rates: tuple[Stretch, ...] = ()
    paused: bool = False
    hold_minutes: int | None = None
    after_hold: str = ""  # planned: "swallow" · "spit"
    then: str = ""  # "swallowed" · "spat out"
    device: Milligrams | None = None
    devices: tuple[datetime, ...] = ()  # when each was used
    concentration: MgPerMl | None = None
    lot: str = ""

    @property
    def open(self) -> bool:
        return self.last_drug_at is None

    @property
    def given(self) -> Decimal:
        """Milligrams: as its end says; by the devices used; else as ordered."""
        if self.says is not None:
            return self.says.value
        return self.device.value * len(self.devices) if self.device else self.ordered.value

    @property
    def devices_ordered(self) -> int:
        """How many devices the order comes to; 0 where none are counted."""
        return int(self.ordered.value / self.device.value) if self.device else 0

    @property
    def hold_until(self) -> datetime | None:
        """When the prescriber's time of holding is over."""
        return self.began_at + timedelta(minutes=self.hold_minutes) if self.hold_minutes else None

    def by_rates(self, at: datetime) -> Decimal:
        """Milligrams up to a moment by the rates recorded, to 0.01 mg. What the pump says is apart."""
        until = min(at, self.ended_at) if self.ended_at else at
        return rounded(by_rates(self.rates, until, self.ordered))

    def empty_at(self, at: datetime) -> datetime | None:
        """When the syringe is empty at the rate that runs; None while paused or over."""
        return empty_at(self.rates, at, self.ordered) if self.rates and self.open else None


def of(told: Told, minutes_of: Mapping[str, int]) -> tuple[Dose, ...]:
    """Every dose of one visit, oldest first. `told`: its entries by kind, oldest first.

    `minutes_of`: how long the infusion of a route takes, for an entry that leaves it out.
    """
    given = told.get(DoseGiven, ())
    return tuple(_dose(entry, given, told, minutes_of) for entry in given)


def called(entry: Entry) -> str:
    """The id of a dose: its own, or its entry's, so that a corrected entry keeps its name."""
    return str(entry.fact.dose or entry.id)


def _dose(entry: Entry, given: Sequence[Entry], told: Told, minutes_of: Mapping[str, int]) -> Dose:
    fact, name = entry.fact, called(entry)
    ended, held = _end(entry, given, told), _last(told, HoldEnded, name)
    used = tuple(e.effective_at for e in told.get(DeviceUsed, ()) if e.fact.dose == name)
    minutes = fact.minutes or minutes_of.get(fact.route, 0)
    rates = _rates(entry, name, told, minutes) if minutes else ()
    made = Dose(
        id=name,
        route=fact.route,
        ordered=fact.amount,
        began_at=entry.effective_at,
        minutes=minutes,
        booster=bool(fact.booster),
        says=ended.fact.given if ended else None,
        rates=rates,
        paused=bool(rates) and not rates[-1].mg_per_hour,
        hold_minutes=fact.hold_minutes,
        after_hold=fact.after_hold or "",
        then=held.fact.then if held else "",
        device=fact.device,
        devices=used,
        concentration=fact.concentration,
        lot=fact.lot,
    )
    return _with_end(made, ended.effective_at if ended else None, held.effective_at if held else None)


def _with_end(dose: Dose, ended: datetime | None, held: datetime | None) -> Dose:
    """An infusion ends when somebody says so; a lozenge with its holding; a spray with its last device."""
    over: datetime | None = dose.began_at
    if dose.minutes:
        over = ended
    elif dose.hold_minutes is not None:
        over = held or ended
    elif dose.device:
        whole = len(dose.devices) >= dose.devices_ordered
        over = max((*dose.devices, dose.began_at)) if whole or ended else None
    return replace(dose, ended_at=ended or held, last_drug_at=over)


def _end(entry: Entry, given: Sequence[Entry], told: Told) -> Entry | None:
    """The newest end of this dose; one that names none is of the dose begun last before it."""
    ends = [end for end in told.get(DoseEnded, ()) if _whose(end, given) is entry]
    return ends[-1] if ends else None


def _whose(end: Entry, given: Sequence[Entry]) -> Entry | None:
    if end.fact.dose:
        return next((dose for dose in given if called(dose) == end.fact.dose), None)
    begun = [dose for dose in given if dose.effective_at <= end.effective_at]
    return begun[-1] if begun else None


def _last(told: Told, kind: type, name: str) -> Entry | None:
    found = [entry for entry in told.get(kind, ()) if entry.fact.dose == name]
    return found[-1] if found else None


def _rates(entry: Entry, name: str, told: Told, minutes: int) -> tuple[Stretch, ...]:
    """What the pump was doing from when on. A rate set while it is paused runs once it goes on."""
    running, stands = even_rate(entry.fact.amount, minutes), False
    stretches = [Stretch(entry.effective_at, running)]
    moves = [e for kind in (RateChanged, InfusionPaused, InfusionResumed) for e in told.get(kind, ())]
    for move in sorted((e for e in moves if e.fact.dose == name), key=lambda e: (e.effective_at, e.seq)):
        if isinstance(move.fact, RateChanged):
            running = mg_per_hour(typed_rate(move.fact), entry.fact.concentration)
        else:
            stands = isinstance(move.fact, InfusionPaused)
        stretches.append(Stretch(move.effective_at, Fraction(0) if stands else running))
    return tuple(stretches)
