"""Made-up charts before a decision, 60 to 300 entries each, never stored: a number always makes the same."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from operator import itemgetter
from random import Random
from typing import Any
from uuid import UUID

from openkap.clinical.entries import Entry
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.entries.screening import (
    HistoryAnswered,
    Measurement,
    Medicine,
    Problem,
    Result,
    Score,
)
from openkap.clinical.entries.words import Code
from openkap.protocol.load import shipped

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
FEWEST, MOST = 60, 300
POOL = 20_000
"""Facts made once and dealt out again and again: making a chart is quick, and asking it costs the same."""
USUAL = {
    "systolic": (128, 14, "mm[Hg]"),
    "diastolic": (79, 9, "mm[Hg]"),
    "heart-rate": (74, 11, "/min"),
    "respiratory-rate": (15, 2, "/min"),
    "spo2": (97, 1, "%"),
    "weight": (78, 15, "kg"),
    "alt": (28, 15, "U/L"),
    "alp": (75, 20, "U/L"),
    "egfr": (88, 17, "mL/min/{1.73_m2}"),
}
"""Mean and spread of what a record measures again and again: made up."""
WORDS = ("hx of", "no history of", "denies", "family history of", "possible", "r/o", "follow-up,")
PROBLEMS_IN_WORDS = 3
"""A chart, in words nobody wrote before, so that they have to be read anew."""


def entries(number: int) -> tuple[Entry, ...]:
    """The ledger of person `number`, oldest first."""
    chance = Random(f"bench {number}")
    subject = f"chart:bench-{number}"
    facts = chance.choices(_pool(), k=chance.randint(FEWEST, MOST) - 1 - PROBLEMS_IN_WORDS)
    facts += [
        (_in_words(chance), AT - timedelta(days=chance.randrange(2000))) for _ in range(PROBLEMS_IN_WORDS)
    ]
    facts.sort(key=itemgetter(1))
    opened = (_opened(number, chance), AT - timedelta(days=3650))
    return tuple(
        Entry(_ids()[seq], subject, seq, fact, when, when, "bench", "bench")
        for seq, (fact, when) in enumerate((opened, *facts), 1)
    )


@cache
def _ids() -> list[UUID]:
    return [UUID(int=seq) for seq in range(MOST + 1)]


def _opened(number: int, chance: Random) -> ChartOpened:
    return ChartOpened(
        family_name=f"Bench{number}",
        given_name="Ada",
        birth_date=date(1945, 1, 1) + timedelta(days=chance.randrange(23_000)),
        sex=chance.choice(("female", "male", "female", "male", "other")),
        clinic="bench",
        synthetic=True,
    )


@cache
def _pool() -> list[tuple[Any, datetime]]:
    """Mostly measurements, as in a real record; problems and medicines; answers. More are new than old."""
    chance = Random("bench")
    makers = (_measurement, _problem, _medicine, _score, _result, _answer)
    drawn = chance.choices(makers, weights=(60, 12, 12, 3, 3, 10), k=POOL)
    return [(make(chance), AT - timedelta(minutes=int(3_000_000 * chance.random() ** 2))) for make in drawn]


def _measurement(chance: Random) -> Measurement:
    what, (mean, spread, unit) = chance.choice(list(USUAL.items()))
    return Measurement(what=what, value=Decimal(round(max(1.0, chance.gauss(mean, spread)))), unit=unit)


def _problem(chance: Random) -> Problem:
    code = chance.choice(_known()[0])
    return Problem(text=code.display, codes=(code,), status=chance.choice(("active", "resolved", "resolved")))


def _in_words(chance: Random) -> Problem:
    named = chance.choice(_known()[0]).display.lower()
    return Problem(text=f"{chance.choice(WORDS)} {named} ({chance.randrange(10**9)})")


def _medicine(chance: Random) -> Medicine:
    status = chance.choice(("active", "stopped", "stopped", "unknown"))
    return Medicine(text="", codes=(chance.choice(_known()[1]),), status=status)


def _score(chance: Random) -> Score:
    items = tuple(chance.randrange(4) for _ in range(9))
    return Score(instrument="phq9", total=sum(items), items=items)


def _result(chance: Random) -> Result:
    what = chance.choice(("pregnancy-test", "urine-drug-screen", "urinalysis", "ecg"))
    return Result(what=what, value=chance.choice(("negative", "negative", "positive")))


def _answer(chance: Random) -> HistoryAnswered:
    asked = [rule.id for rule in shipped().rules if rule.stage == "screening" and rule.ask]
    answer = chance.choice(("no", "no", "no", "yes", "unknown"))
    return HistoryAnswered(question=chance.choice(asked), answer=answer, said_by="patient")


@cache
def _known() -> tuple[list[Code], list[Code]]:
    """Codes of the protocol, and four times as many that mean nothing to it: (problems, medicines)."""
    listed = [code for one in shipped().value_sets.values() for code in one.codes if "*" not in code.code]
    problems = [code for code in listed if code.system != "rxnorm"]
    medicines = [code for code in listed if code.system == "rxnorm"]
    others = [Code("snomed", f"99{n}", f"Finding {n} of something else") for n in range(4 * len(problems))]
    tablets = [Code("rxnorm", f"99{n}", f"substance{n} 10 MG Oral Tablet") for n in range(4 * len(medicines))]
    return problems + others, medicines + tablets
