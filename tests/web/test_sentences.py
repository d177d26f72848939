"""Every entry as a sentence, and every date, role and fault in words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from openkap.clinical.entries import KINDS, Entry
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.screening import Measurement, Problem, Score
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.web import sentences, words
from tests.clinical.charts import adopted

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_utc() -> None:
    timezone.deactivate()


def test_every_kind_of_entry_can_be_told() -> None:
    """A kind that is added without a sentence is found here, unless it is one nobody is told."""
    told = {**sentences.SENTENCES, **sentences.WITH_PROTOCOL}
    untold = [name for name, kind in KINDS.items() if kind not in told]
    assert [name for name in untold if KINDS[name] not in sentences.QUIET] == []


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (Score(instrument="phq9", total=12), "PHQ-9 12 of 27, moderate"),
        (
            Measurement(what="weight", value=Decimal("69.85322498"), unit="kg", source="154 lb"),
            "69.85 kg (as 154 lb)",
        ),
        (
            Problem(text="Asthma", status="resolved", ended_on=date(2020, 1, 2)),
            "Asthma, resolved, until 2 January 2020",
        ),
        (
            DoseGiven(visit="v", route="iv", amount=Milligrams(Decimal(35)), outside_gate=("no consent",)),
            "Dose given, IV: 35 mg. Given while the gate was closed: no consent.",
        ),
    ],
)
def test_an_entry_in_words(fact: object, says: str) -> None:
    """Units, what was typed, what has ended, and what was done against a closed gate are all said."""
    entry = Entry(uuid4(), "chart:x", 1, fact, AT, AT, "staff", "test")
    assert says in sentences.sentence(entry, adopted())


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (AT + timedelta(hours=6), "overdue by 6 h"),
        (AT, "due just now"),
        (AT - timedelta(minutes=20), "due in 20 min"),
        (AT - timedelta(hours=3), "due at 10:00"),
        (AT - timedelta(days=5), "due Thu 14 May 2026, 10:00"),
    ],
)
def test_when_something_is_due(at: datetime, says: str) -> None:
    """Nearer is said shorter."""
    assert words.due(AT, at) == says


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1984, 5, 14), date(2026, 5, 13), 41),
        (date(1984, 5, 14), date(2026, 5, 14), 42),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
    ],
)
def test_age_turns_on_the_birthday(born: date, on: date, years: int) -> None:
    """The day before, the day itself, and a leap day."""
    assert words.years(born, on) == years


def test_a_fault_names_its_field_and_never_rewrites_a_file_name() -> None:
    """A field has its label, a question its stop; what no field made has neither; a file keeps its name."""
    fault = BadInput("text_sha256", "the text has changed since it was shown", "Read it again, then sign")
    assert words.fault_sentence(fault) == "The text has changed since it was shown. Read it again, then sign."
    asked = words.fault_sentence(BadInput("asa", "nothing was chosen"), "Which class?")
    assert asked == "Which class? Nothing was chosen."
    assert (
        words.fault_sentence(BadInput("heart_rate", "nothing was written"), "Heart rate")
        == "Heart rate: nothing was written."
    )
    assert words.fault_sentence(BadInput("wren-1.json", "not FHIR")) == "wren-1.json: not FHIR."


def test_who_settles_and_who_goes_past_are_one_sentence_when_they_are_one_person() -> None:
    """Two roles get two sentences."""
    assert words.lifters("prescriber", "prescriber").endswith("can settle this, or go past it with a reason.")
    both = "The therapist can settle this. The prescriber can go past it with a reason."
    assert words.lifters("therapist", "prescriber") == both
