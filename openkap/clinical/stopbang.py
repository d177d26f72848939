"""The three answers of STOP-BANG that a chart may know by itself, and the word for a score."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from openkap.clinical import measured
from openkap.clinical.chart import Chart
from openkap.clinical.entries.history import StopBang
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain

ASKED = ("snores", "tired", "stops_breathing", "high_pressure", "thick_neck")
KNOWN = ("heavy", "older", "male")
ITEMS = (*ASKED[:4], *KNOWN[:2], ASKED[4], KNOWN[2])
"""The eight in the order of their letters."""
BANDS = ("low", "intermediate", "high")
YES, NO, UNKNOWN = "yes", "no", "unknown"
_CM_IN_M = 100
_PLACES = 1
_EVER = timedelta.max
"""However old the value is, it is shown with its day, and whoever asks sees it."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer from the chart: "yes" or "no" with what it rests on, or "unknown" with what is missing."""

    answer: str
    because: str


def known(chart: Chart, protocol: Protocol, at: datetime) -> dict[str, Known]:
    """What the chart says about weight, age and sex. Nothing is guessed."""
    return {
        "heavy": _heavy(chart, protocol, at),
        "older": _older(chart, protocol, at),
        "male": _male(chart),
    }


def scored(answers: dict[str, str]) -> StopBang:
    """The eight answers with their count: how many are yes, and how many may be."""
    yes = sum(answers[item] == YES for item in ITEMS)
    open_ = sum(answers[item] == UNKNOWN for item in ITEMS)
    return StopBang(**{item: answers[item] for item in ITEMS}, least=yes, most=yes + open_)


def band(total: int, protocol: Protocol) -> str:
    """The word for a count of yes, by the protocol's two borders."""
    borders = protocol.numbers["stop-bang-bands"].value
    assert isinstance(borders, tuple), "the bands are two borders"
    return BANDS[sum(total >= border for border in borders)]


def _heavy(chart: Chart, protocol: Protocol, at: datetime) -> Known:
    found = _bmi(chart, at)
    if found is None:
        return Known(UNKNOWN, "no body mass index, and not both weight and height, on file")
    bmi, on = found
    answer = YES if bmi > protocol.amount("stop-bang-bmi") else NO
    return Known(answer, f"body mass index {plain(round(bmi, _PLACES))} kg/m2 of {on:%Y-%m-%d}")


def _bmi(chart: Chart, at: datetime) -> tuple[Decimal, datetime] | None:
    """The body mass index and its day: worked out from the weight unless a newer one was recorded."""
    weight = measured.latest(chart, "weight", at, unit="kg", within=_EVER)
    height = measured.latest(chart, "height", at, unit="cm", within=_EVER)
    told = measured.latest(chart, "bmi", at, unit="kg/m2", within=_EVER)
    if weight is None or height is None:
        return (told.value, told.at) if told else None
    if told and told.at > weight.at:
        return told.value, told.at
    return weight.value / (height.value / _CM_IN_M) ** 2, weight.at


def _older(chart: Chart, protocol: Protocol, at: datetime) -> Known:
    born, today = chart.person.birth_date, at.date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return Known(YES if years > protocol.count("stop-bang-age") else NO, f"{years} years old")


def _male(chart: Chart) -> Known:
    sex = chart.person.sex
    if sex not in ("male", "female"):
        return Known(UNKNOWN, f"sex on file: {sex}")
    return Known(YES if sex == "male" else NO, f"sex on file: {sex}")
