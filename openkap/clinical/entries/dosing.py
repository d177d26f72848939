"""The visit: booked, arrived, checked, dosing, peak watch, recovery, discharged, closed; or stopped."""

from datetime import datetime
from decimal import Decimal

from openkap.clinical.entries.kind import kind
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams, Millilitres


@kind("visit-booked")
class VisitBooked:
    visit: str  # id of the visit; every later entry of it carries the same
    starts_at: datetime
    room: str
    route: str
    number: int  # 1, 2, 3… within the course
    place: str | None = None  # "home"; None: in the clinic


@kind("visit-cancelled")
class VisitCancelled:
    visit: str
    reason: str


@kind("arrived")
class Arrived:
    """Identity re-confirmed by two identifiers at the door."""

    visit: str
    identifiers: tuple[str, ...]  # e.g. ("name", "birth date")


@kind("checked")
class Checked:
    """One answer of the day's pre-dose checklist, e.g. item "escort", answer "yes"."""

    visit: str
    item: str  # an id from protocol/dosing checklist
    answer: str  # "yes" · "no"
    note: str = ""


@kind("weighed")
class Weighed:
    """Body weight as typed and in kilograms; the unit is always a choice, never a default."""

    visit: str
    weight: Kilograms
    typed: str  # "154 lb"


@kind("dose-given")
class DoseGiven:
    """Ketamine was given. What has happened is never refused: the verdict of the moment stands beside it."""

    visit: str
    route: str
    amount: Milligrams
    per_kg: MgPerKg | None = None
    weight: Kilograms | None = None
    concentration: MgPerMl | None = None
    volume: Millilitres | None = None
    minutes: int = 0
    lot: str = ""
    arithmetic: str = ""  # "0.5 mg/kg × 70 kg = 35 mg = 0.7 mL of 50 mg/mL"
    identifiers: tuple[str, ...] = ()  # how the patient was re-confirmed at the dose
    outside_gate: tuple[str, ...] = ()  # reasons the gate was closed when the dose was recorded
    dose: str | None = None  # id within the visit; one without it is called by its entry's id
    booster: bool | None = None  # given on top of the first dose of the same visit
    weight_by: str | None = None  # "ideal" when `weight` is the ideal body weight; None: as measured
    hold_minutes: int | None = None  # a lozenge: how long the prescriber lets it be held
    after_hold: str | None = None  # "swallow" · "spit"
    device: Milligrams | None = None  # what one nasal device holds; each one used is an entry of its own
    calculation: str | None = None  # the one a second person confirmed


@kind("dose-ended")
class DoseEnded:
    """The end of the drug. Closing the visit is another act."""

    visit: str
    given: Milligrams
    early: bool = False
    reason: str = ""
    dose: str | None = None  # None: the one begun last


@kind("observed")
class Observed:
    """A one-tap event with its minute: "nausea", "tears", "spoke", "music changed"."""

    visit: str
    event: str
    note: str = ""
    about: str = ""  # the permission it is about
    outside: str = ""  # why a touch was not one the patient allows; it is recorded all the same


@kind("vital-signs")
class VitalSigns:
    """A set of vital signs charted by a person."""

    visit: str
    systolic: Decimal | None = None  # mm[Hg]
    diastolic: Decimal | None = None  # mm[Hg]
    heart_rate: Decimal | None = None  # /min
    spo2: Decimal | None = None  # %
    sedation: int | None = None  # MOAA/S 0 to 5
    source: str = "by hand"


@kind("readings-sealed")
class ReadingsSealed:
    """The digest of the visit's device readings up to a moment: a later change to any of them shows."""

    visit: str
    count: int
    sha256: str


@kind("discharge-checked")
class DischargeChecked:
    """One answer of the discharge checklist."""

    visit: str
    item: str
    answer: str
    note: str = ""


@kind("discharged")
class Discharged:
    visit: str
    escort: str
    instructions_given: bool


@kind("visit-closed")
class VisitClosed:
    visit: str


@kind("visit-stopped")
class VisitStopped:
    """The visit ended before a normal discharge, from whatever phase it was in."""

    visit: str
    reason: str
