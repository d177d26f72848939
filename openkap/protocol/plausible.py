"""What a clinic cannot have meant by its own change: no time at all, one without end, more than any dose.

The bounds are in the protocol's files; those of a measurement are checked wherever a limit is read.
"""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from openkap.clinical.moments import parse_span
from openkap.clinical.protocol import Route
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput
from openkap.clinical.wording import value_in_words
from openkap.protocol.blanks import CAP_KEYS, texts_in
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

_SPANS = ("within", "stale_after", "under", "over")
_MAY_BE_NONE = "over"  # "more than no time since": a fact is there at all
_HEAVIEST = "weight"


def check_spans(when: Table, at_most: object, known: Known) -> None:
    """The times of a condition. `at_most`: of a gap, the longest that makes sense there."""
    longest = at_most if isinstance(at_most, timedelta) else known.longest
    for path, text in texts_in(when.values, ()):
        key = path[-1]
        if key not in _SPANS:
            continue
        try:
            span = parse_span(text, "")
        except BadInput:
            continue  # told where the condition was read
        place = when.where.inner(*path, called=": ".join(str(step) for step in path))
        if not span and key != _MAY_BE_NONE:
            when.faults.add(place, f"{text} is no time at all")
        elif span > longest:
            when.faults.add(place, f"{text} is longer than {value_in_words(longest)}")


def check_value(table: Table, value: object, was: object, at_most: Any) -> None:
    """A number and what it was before: above 0 where that was, and no more than makes sense."""
    for one in _each(value):
        zero = type(one)()
        if one <= zero and not any(other <= zero for other in _each(was)):
            table.fault("value", "this must be above 0")
        elif type(at_most) is type(one) and one > at_most:
            table.fault("value", f"this is more than {value_in_words(at_most)}")


def check_caps(table: Table, routes: Iterable[Route], known: Known) -> None:
    """Above 0, and not above every anaesthetic dose that is written here; in mg, for the heaviest person."""
    per_kg = max((route.anaesthetic[1] for route in routes if route.anaesthetic), default=Decimal(0))
    most = (per_kg, per_kg * known.measurements[_HEAVIEST].highest)
    for key, limit, unit in zip(CAP_KEYS, most, ("mg/kg", "mg"), strict=True):
        cap = table.values.get(key)
        if not isinstance(cap, int | Decimal):
            continue  # told where it was read
        if cap <= 0:
            table.fault(key, "this must be above 0")
        elif cap > limit:
            table.fault(key, f"{cap} {unit} is above every anaesthetic dose ({plain(limit)} {unit})")


def _each(value: object) -> tuple[Any, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
