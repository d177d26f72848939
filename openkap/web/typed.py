"""What a person typed into a form, read field by field; every fault is kept and told at once."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from django.http import HttpRequest
from django.utils import timezone

from openkap.clinical.quantity import Amount, parse_decimal
from openkap.clinical.refusal import BadFields, BadInput, clean_text

Unit = TypeVar("Unit", bound=Amount)
Read = TypeVar("Read")


class Typed:
    """Read each field, then call `done()`: it raises BadFields when any of them could not be read."""

    def __init__(self, request: HttpRequest) -> None:
        self.data = request.POST
        self.faults: list[BadInput] = []

    @property
    def seen(self) -> int | None:
        """The chart's seq the person was looking at, or None when the form did not say."""
        given = self.data.get("seen", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None

    def done(self) -> None:
        if self.faults:
            raise BadFields(self.faults)

    def fault(self, name: str, what: str, todo: str = "") -> None:
        self.faults.append(BadInput(name, what, todo))

    def text(self, name: str, *, required: bool = True, todo: str = "Write it in your own words") -> str:
        """The text without the blanks around it; "" when faulty or left out."""
        try:
            given = clean_text(self.data.get(name, ""), name).strip()
        except BadInput as fault:
            self.faults.append(fault)
            return ""
        if required and not given:
            self.fault(name, "nothing was written", todo)
        return given

    def number(self, name: str, *, required: bool = True) -> Decimal | None:
        given = self.text(name, required=required, todo="Write the number")
        return self._read(lambda: parse_decimal(given, name)) if given else None

    def whole(self, name: str, *, required: bool = True) -> int | None:
        value = self.number(name, required=required)
        if value is not None and value != value.to_integral_value():
            self.fault(name, f"{value} is not a whole number", "Leave out the part after the point")
            return None
        return None if value is None else int(value)

    def amount(self, name: str, unit: type[Unit], *, required: bool = True) -> Unit | None:
        given = self.text(name, required=required, todo="Write the number")
        return self._read(lambda: unit.parse(given, name)) if given else None

    def choice(self, name: str, allowed: Iterable[str], *, required: bool = True) -> str:
        """One of `allowed`. Anything else is a fault: nothing is picked for the person."""
        given = self.data.get(name, "")
        if given in set(allowed):
            return given
        if required or given:
            self.fault(name, "nothing was chosen", "Choose one of the answers")
        return ""

    def several(self, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
        ticked = self.data.getlist(name)
        if unknown := [value for value in ticked if value not in set(allowed)]:
            self.fault(name, f"{unknown[0][:40]!r} is not one of the choices", "Choose from the list")
        return tuple(dict.fromkeys(ticked))

    def day(self, name: str, *, required: bool = True) -> date | None:
        given = self.text(name, required=required, todo="Choose the day")
        return self._read(lambda: _day(given, name)) if given else None

    def moment(self, name: str, *, required: bool = True) -> datetime | None:
        """A `datetime-local` field, read in the clinic's time zone, as UTC."""
        given = self.text(name, required=required, todo="Choose the day and the time")
        return self._read(lambda: _moment(given, name)) if given else None

    def _read(self, read: Callable[[], Read]) -> Read | None:
        try:
            return read()
        except BadInput as fault:
            self.faults.append(fault)
            return None


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(where, f"{text[:40]!r} is not a date", "Write it like 2026-05-14") from None


def _moment(text: str, where: str) -> datetime:
    """Local time that the clocks skip or repeat is refused: it would name no instant, or two.

    So is a zone of its own: the field is read in the clinic's.
    """
    try:
        local = datetime.fromisoformat(text)
        if local.tzinfo is not None:
            raise ValueError("a zone of its own")
        first = local.replace(tzinfo=timezone.get_current_timezone(), fold=0).astimezone(UTC)
        second = local.replace(tzinfo=timezone.get_current_timezone(), fold=1).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(
            where, f"{text[:40]!r} is not a date and time", "Write it like 2026-05-14T10:05"
        ) from None
    if first != second:
        raise BadInput(
            where, f"{text[:16]!r} falls in the hour the clocks change", "Choose an hour before or after"
        )
    return first
