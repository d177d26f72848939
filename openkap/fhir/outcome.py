"""What a reader makes of a resource: facts, doubts worth a line, or something this program has no use for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openkap.clinical.instruments import Instrument
from openkap.clinical.protocol import MeasurementKind, Protocol
from openkap.fhir.element import Node


@dataclass(frozen=True, slots=True)
class Taken:
    """A fact and when it was so."""

    fact: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something in a resource that a person should look at. The rest of the resource may still stand."""

    what: str
    part: str = ""  # "component[1]", where it is not the whole resource


@dataclass(frozen=True, slots=True)
class NotUsed:
    """Read well, and nothing this program asks about."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One item of an instrument, answered on its own. Those of one instant are the form they came from."""

    item: Node  # as a QuestionnaireResponse has it
    at: str  # the record's own words


Outcome = Taken | Unclear | NotUsed | Answered


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader may look at beside the resource itself."""

    at: datetime
    measurements: Mapping[str, MeasurementKind]  # by LOINC code
    totals: Mapping[str, Instrument]  # by LOINC code of the total
    items: Mapping[str, tuple[tuple[Instrument, int], ...]]  # by LOINC code: where it is which item, from 1
    results: Mapping[str, str]  # LOINC code → name of the word result
    find: Callable[[str, Node], Node | None]  # reference, and the resource that makes it → the resource meant


Reader = Callable[[Node, Known], Iterator[Outcome]]


def known(protocol: Protocol, at: datetime, find: Callable[[str, Node], Node | None]) -> Known:
    """The protocol's measurements, instruments and word results, found by LOINC code."""
    instruments = protocol.instruments.values()
    items: dict[str, tuple[tuple[Instrument, int], ...]] = {}
    for instrument in instruments:
        for number, item in enumerate(instrument.items, 1):
            if item.loinc:
                items[item.loinc] = (*items.get(item.loinc, ()), (instrument, number))
    return Known(
        at=at,
        measurements={code: kind for kind in protocol.measurements.values() for code in kind.loinc},
        totals={i.loinc_total: i for i in instruments if i.loinc_total},
        items=items,
        results={code: kind.id for kind in protocol.results.values() for code in kind.loinc},
        find=find,
    )
