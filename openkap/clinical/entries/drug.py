"""Between a dose and its end: how it was worked out, the pump, the vein, the lozenge, the spray.

`dose` is the id of a dose of the visit: see DoseGiven.
"""

from openkap.clinical.entries.kind import kind
from openkap.clinical.quantity import (
    Kilograms,
    MgPerHour,
    MgPerMinute,
    MgPerMl,
    Milligrams,
    Millilitres,
    MlPerHour,
)


@kind("dose-prepared")
class DosePrepared:
    """The next dose worked out with the vial in hand. `calculation` is a digest over all it rests on."""

    visit: str
    number: int  # which dose of the visit it is for: 1, 2…
    calculation: str  # sha-256
    plan: str  # id of the plan-approved entry
    amount: Milligrams
    arithmetic: str
    weighed: str | None = None  # id of the weighed entry
    weight: Kilograms | None = None
    weight_by: str | None = None  # "actual" · "ideal"
    concentration: MgPerMl | None = None
    volume: Millilitres | None = None
    lot: str = ""
    stock: str | None = None  # id of the lot in the clinic's formulary


@kind("dose-confirmed")
class DoseConfirmed:
    """A second person read the sum and typed the milligrams. It holds for that calculation and no other."""

    visit: str
    calculation: str
    amount: Milligrams  # as typed
    role: str


@kind("sum-not-agreed")
class SumNotAgreed:
    """A second person came to other milligrams than the sum: it stands no longer, until worked out anew."""

    visit: str
    calculation: str
    amount: Milligrams  # as typed
    role: str


@kind("rate-changed")
class RateChanged:
    """What the pump was set to. Exactly one of the three rates is given, as it was read from the pump."""

    visit: str
    dose: str
    ml_per_hour: MlPerHour | None = None
    mg_per_hour: MgPerHour | None = None
    mg_per_minute: MgPerMinute | None = None
    arithmetic: str = ""  # "1.05 mL/h × 50 mg/mL = 52.5 mg/h"
    reason: str = ""


@kind("infusion-paused")
class InfusionPaused:
    visit: str
    dose: str
    reason: str


@kind("infusion-resumed")
class InfusionResumed:
    """The pump goes on at the rate that was last set."""

    visit: str
    dose: str


@kind("site-checked")
class SiteChecked:
    """A look at the vein the drug goes into."""

    visit: str
    pain: bool
    swelling: bool
    note: str = ""


@kind("hold-ended")
class HoldEnded:
    """The lozenge is no longer held."""

    visit: str
    dose: str
    then: str  # "swallowed" · "spat out"
    note: str = ""


@kind("device-used")
class DeviceUsed:
    """One nasal device was emptied."""

    visit: str
    dose: str
    number: int  # 1, 2, 3 of the dose
    amount: Milligrams
    lot: str
    against: str = ""  # what stood against it when it was used
