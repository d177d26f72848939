"""The drugs of a clinic, in its own ledger: what it stocks, the most it gives, the lots on its shelf."""

from datetime import date

from openkap.clinical.entries.kind import kind
from openkap.clinical.quantity import MgPerMl, Milligrams, Millilitres


@kind("presentation-set")
class PresentationSet:
    """One drug in one form and strength. A later entry of the same id stands in its place."""

    presentation: str  # id
    title: str  # "Ketamine vial 50 mg/mL, 10 mL"
    drug: str  # as a route names it: "racemic" · "esketamine"
    routes: tuple[str, ...]
    unit: Milligrams  # all the drug of one vial, lozenge or device
    form: str = "solution"  # one of clinical.formulary.FORMS
    concentration: MgPerMl | None = None  # of a solution, as the label has it
    volume: Millilitres | None = None  # of one vial
    diluted: MgPerMl | None = None  # what is drawn up, where the clinic dilutes first
    stocked: bool = True


@kind("highest-set")
class HighestSet:
    """The most the clinic gives by a route. None: not set, and so not looked at."""

    route: str
    reason: str
    signed_name: str
    dose: Milligrams | None = None  # of one dose
    session: Milligrams | None = None  # of one visit, all doses together


@kind("lot-recorded")
class LotRecorded:
    lot: str  # id
    presentation: str
    number: str  # as printed on the vial
    expires_on: date  # the last day it may be used


@kind("lot-withdrawn")
class LotWithdrawn:
    """Recalled, broken or used up: it is offered no more."""

    lot: str
    reason: str
