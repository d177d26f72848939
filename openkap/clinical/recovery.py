"""Coming back: the recovery score, and how today's numbers stand to those before the dose."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import Discharged, VitalSigns
from openkap.clinical.entries.screening import Score
from openkap.clinical.entries.words import Measured
from openkap.clinical.moments import in_words
from openkap.clinical.quantity import plain

SCALES = ("aldrete", "padss")
"""The scores that may say that somebody has recovered."""
ENOUGH, FRESH, NEAR = "recovery-score", "recovery-score-fresh", "near-baseline"
"""Numbers of the protocol: the least score, how old it may be, the percentage off the values before."""
SIGNS = {"systolic": "systolic pressure", "diastolic": "diastolic pressure", "heart_rate": "pulse"}
_WHOLE = 100
_SHOWN = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Compared:
    """One sign now and before the dose. `percent` is exact; what is shown is rounded to 0.1."""

    sign: str
    before: Decimal
    now: Decimal
    at: datetime
    limit: Decimal  # percent

    @property
    def percent(self) -> Decimal:
        return (self.now - self.before) * _WHOLE / self.before

    @property
    def within(self) -> bool:
        return abs(self.now - self.before) * _WHOLE <= self.limit * self.before

    @property
    def line(self) -> str:
        """The whole sum: "systolic pressure 131, 120 before: (131 − 120) ÷ 120 = +9.2 %, within 20 %"."""
        shown = self.percent.quantize(_SHOWN, ROUND_HALF_UP)
        sign = "+" if shown > 0 else ""
        exact = "=" if shown == self.percent else "≈"
        now, before = plain(self.now), plain(self.before)
        word = "within" if self.within else "more than"
        sum = f"({now} − {before}) ÷ {before} {exact} {sign}{plain(shown)} %"
        return f"{SIGNS[self.sign]} {now}, {before} before: {sum}, {word} {plain(self.limit)} %"


def score(case: Case) -> Entry | None:
    """The newest recovery score between the last of the drug of this visit and its discharge, or None."""
    last = case.this_visit.last_drug_at if case.this_visit else None
    if last is None:
        return None
    left = case.latest(Discharged, visit=case.visit)
    until = left.effective_at if left else case.at
    made = (entry for entry in case.all(Score) if entry.fact.instrument in SCALES)
    found = [entry for entry in made if last <= entry.effective_at <= until]
    return max(found, key=lambda e: (e.effective_at, e.seq), default=None)


def scored(case: Case) -> Bars:
    """Recovery was scored after the drug, lately, and comes to enough."""
    found, least = score(case), case.protocol.count(ENOUGH)
    if found is None:
        return (Bar(f"Recovery is not scored: a modified Aldrete or PADSS of {least} or more", override=""),)
    age, title = case.at - found.effective_at, case.protocol.instruments[found.fact.instrument].title
    measured = (Measured(title, str(found.fact.total), found.effective_at.isoformat()),)
    if age > case.protocol.span(FRESH):
        return (Bar(f"The {title} of {found.fact.total} is {in_words(age)} old: score again", measured),)
    if found.fact.total < least:
        return (Bar(f"{title} is {found.fact.total}, and {least} is asked for", measured),)
    return ()


def compared(case: Case) -> tuple[Compared, ...]:
    """Pressure and pulse, each newest value after the drug beside the last one before it, in this visit."""
    first = case.this_visit.first_dose_at if case.this_visit else None
    if first is None:
        return ()
    limit, made = case.protocol.amount(NEAR), []
    signs = sorted(case.all(VitalSigns, visit=case.visit), key=lambda e: (e.effective_at, e.seq))
    for sign in SIGNS:
        told = [(e.effective_at, getattr(e.fact, sign)) for e in signs if getattr(e.fact, sign)]
        before = [value for at, value in told if at <= first]
        after = [(at, value) for at, value in told if at > first]
        if before and after:
            at, now = after[-1]
            made.append(Compared(sign, before[-1], now, at, limit))
    return tuple(made)


def near_baseline(case: Case) -> Bars:
    """Pressure and pulse are near what they were before the dose. Nothing before: nobody can tell."""
    found = compared(case)
    missing = [name for sign, name in SIGNS.items() if sign not in {one.sign for one in found}]
    told = [Bar(f"Off the values before: {one.line}", _measured(one)) for one in found if not one.within]
    if missing and case.this_visit and case.this_visit.doses:
        told.append(Bar(f"Cannot tell how {' and '.join(missing)} stand to the values before the dose"))
    return tuple(told)


def _measured(one: Compared) -> tuple[Measured, ...]:
    return (Measured(SIGNS[one.sign], plain(one.now), one.at.isoformat()),)
