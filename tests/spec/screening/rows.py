"""How the truth tables of screening are written: a rule, a sentence, what is on the chart, its answer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import (
    Allergy,
    HistoryAnswered,
    Measurement,
    Medicine,
    Problem,
    Result,
    Score,
)
from openkap.clinical.entries.words import Code
from openkap.clinical.rules import CannotTell, Met, NotMet, Outcome
from tests.clinical.charts import chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"
NAMES = {Met: MET, NotMet: NOT_MET, CannotTell: CANNOT_TELL}

Dated = tuple[datetime, Any]


@dataclass(frozen=True)
class Row:
    """One line of a truth table."""

    rule: str
    says: str
    answer: str
    facts: tuple[Dated, ...] = ()
    who: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.rule}: {self.says}"

    @property
    def chart(self) -> Chart:
        return chart_of([(AT - timedelta(days=3650), person(**dict(self.who))), *self.facts])


def met(rule: str, says: str, *facts: Dated, **who: Any) -> Row:
    return Row(rule, says, MET, facts, tuple(who.items()))


def not_met(rule: str, says: str, *facts: Dated, **who: Any) -> Row:
    return Row(rule, says, NOT_MET, facts, tuple(who.items()))


def cannot_tell(rule: str, says: str, *facts: Dated, **who: Any) -> Row:
    return Row(rule, says, CANNOT_TELL, facts, tuple(who.items()))


def named(outcome: Outcome) -> str:
    return NAMES[type(outcome)]


def problem(text: str, *codes: str, ago: float = 30, **fields: Any) -> Dated:
    """A problem that began so many days ago, coded like "icd10cm F20.0"."""
    began = AT - timedelta(days=ago)
    return began, Problem(text=text, codes=_codes(codes), onset_on=began.date(), **fields)


def medicine(text: str, *codes: str, ago: float = 30, **fields: Any) -> Dated:
    return AT - timedelta(days=ago), Medicine(text=text, codes=_codes(codes), **fields)


def allergy(text: str, *codes: str, **fields: Any) -> Dated:
    return AT - timedelta(days=30), Allergy(text=text, codes=_codes(codes), **fields)


def measured(what: str, value: str, unit: str, *, ago: timedelta = timedelta(hours=1)) -> Dated:
    return AT - ago, Measurement(what=what, value=Decimal(value), unit=unit)


def pressure(systolic: str, diastolic: str, *, ago: timedelta = timedelta(hours=1)) -> tuple[Dated, Dated]:
    return (
        measured("systolic", systolic, "mm[Hg]", ago=ago),
        measured("diastolic", diastolic, "mm[Hg]", ago=ago),
    )


def result(what: str, value: str, *, ago: timedelta = timedelta(days=1)) -> Dated:
    return AT - ago, Result(what=what, value=value)


def phq9(items: tuple[int, ...], *, ago: timedelta = timedelta(days=1), total: int | None = None) -> Dated:
    return AT - ago, Score(instrument="phq9", total=sum(items) if total is None else total, items=items)


def cssrs(*items: int | None, ago: timedelta = timedelta(days=1), total: int = 0) -> Dated:
    """A screener by its seven answers; none of them for a bare total."""
    return AT - ago, Score(instrument="cssrs", total=total, items=items)


def answered(rule: str, answer: str, *, by: str = "patient", ago: timedelta = timedelta(hours=1)) -> Dated:
    return AT - ago, HistoryAnswered(question=rule, answer=answer, said_by=by)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def born(years: int, *, days_before: int = 0) -> date:
    """The birth date of somebody who turned this many years so many days before AT."""
    return AT.date().replace(year=AT.year - years) - timedelta(days=days_before)


def _codes(written: tuple[str, ...]) -> tuple[Code, ...]:
    return tuple(Code(*one.split(" ", 1)) for one in written)
