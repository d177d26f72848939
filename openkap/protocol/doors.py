"""What the doors of devices know as data: signals and their codes, units, and the limits of each door."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from openkap.clinical.protocol import Protocol

_FOLDER = Path(__file__).parent / "devices"
_MDIL_PARTITION = 65536


@dataclass(frozen=True, slots=True)
class Signal:
    """Something a device measures, in one unit (UCUM). `plausible`: measurements whose limits hold for it."""

    id: str
    unit: str
    plausible: tuple[str, ...]

    def limits(self, protocol: Protocol) -> tuple[Decimal, Decimal]:
        """The lowest and the highest that a living person can have."""
        first, last = protocol.measurements[self.plausible[0]], protocol.measurements[self.plausible[-1]]
        return first.lowest, last.highest


@dataclass(frozen=True, slots=True)
class Codes:
    """Signals and units by how senders write them."""

    signals: Mapping[tuple[str, str], Signal]  # by (system, code)
    left_out: frozenset[tuple[str, str]]
    systems: Mapping[str, str]
    units: Mapping[tuple[str, str], str]  # by (system, code); system "" for words

    def signal(self, system: str, code: str) -> Signal | None:
        """The signal of a code as its sender writes code and system; None where nobody told us."""
        return self.signals.get(self.key(system, code))

    def known(self, system: str, code: str) -> bool:
        """Whether somebody decided about this code: it is charted, or left out."""
        key = self.key(system, code)
        return key in self.signals or key in self.left_out

    def unit(self, system: str, code: str, words: str) -> str:
        """The unit in UCUM; "" where code and words say nothing known, or not the same.

        A number of a known system has to be a known one: words beside it do not mend it.
        """
        key = self.key(system, code)
        by_code = self.units.get(key if key[0] == "mdc" else ("", code), "")
        by_words = self.units.get(("", words), "")
        if by_code and by_words and by_code != by_words:
            return ""
        return by_code or ("" if key[0] == "mdc" and code else by_words)

    def key(self, system: str, code: str) -> tuple[str, str]:
        name = self.systems.get(system, system)
        return ("mdc", _mdc_of(code)) if name == "mdil" else (name, code)


@dataclass(frozen=True, slots=True)
class Doors:
    """The numbers of doors.toml."""

    warns: timedelta
    live_within: timedelta
    ahead: timedelta
    none: frozenset[Decimal]
    accepted: frozenset[str]
    absent: frozenset[str]
    simulated: frozenset[str]
    training: frozenset[str]
    aside_a_day: int
    mllp: "Mllp"
    fhir_bytes: int
    sdc: "Sdc"


@dataclass(frozen=True, slots=True)
class Mllp:
    most_bytes: int
    most_segments: int
    connections: int
    connections_of_one_address: int
    first_byte_s: float
    whole_message_s: float
    answer_s: float


@dataclass(frozen=True, slots=True)
class Sdc:
    valid: frozenset[str]
    simulated: frozenset[str]
    waiting: int
    again_s: float


def _mdc_of(code: str) -> str:
    """ "0002-4bb8" → "150456"; what is not written like that is nothing known."""
    partition, _, number = code.partition("-")
    try:
        return str(int(partition, 16) * _MDIL_PARTITION + int(number, 16)) if len(code) == 9 else ""
    except ValueError:
        return ""


@cache
def codes() -> Codes:
    """signals.toml, read once."""
    told = _read("signals.toml")
    signals: dict[tuple[str, str], Signal] = {}
    for one in told["signal"]:
        signal = Signal(one["id"], one["unit"], tuple(one["plausible"]))
        for system in ("mdc", "loinc"):
            signals |= {(system, str(code)): signal for code in one.get(system, ())}
    units: dict[tuple[str, str], str] = {}
    for unit in told["unit"]:
        units |= {("mdc", str(code)): unit["ucum"] for code in unit["mdc"]}
        units |= {("", word): unit["ucum"] for word in unit["words"]}
    left_out = {(system, str(code)) for system, listed in told["not_charted"].items() for code in listed}
    return Codes(signals, frozenset(left_out), told["systems"], units)


@cache
def doors() -> Doors:
    """doors.toml, read once."""
    told = _read("doors.toml")
    clock, values = told["clock"], told["values"]
    return Doors(
        warns=timedelta(seconds=clock["warns_s"]),
        live_within=timedelta(seconds=clock["live_within_s"]),
        ahead=timedelta(seconds=clock["ahead_s"]),
        none=frozenset(Decimal(text) for text in values["none"]),
        accepted=frozenset(values["accepted"]),
        absent=frozenset(values["absent"]),
        simulated=frozenset(values["simulated"]),
        training=frozenset(values["training"]),
        aside_a_day=told["quarantine"]["most_a_day"],
        mllp=Mllp(**{name: told["mllp"][name] for name in Mllp.__slots__}),
        fhir_bytes=told["fhir"]["most_bytes"],
        sdc=Sdc(
            valid=frozenset(told["sdc"]["valid"]),
            simulated=frozenset(told["sdc"]["simulated"]),
            waiting=told["sdc"]["waiting"],
            again_s=told["sdc"]["again_s"],
        ),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
