"""What an alert is: the few kinds of condition, its priority, and what it asks for. Filled from TOML."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

PRIORITIES = ("high", "medium", "low")
"""Worst first."""
FAMILIES = ("workflow", "limit")
"""A workflow prompt by the clock or by what a person tapped; a clinic's limit on a value a person charted."""
SIGNALS = ("systolic", "diastolic", "heart-rate", "spo2", "sedation")
"""What a person charts in the room, by its name in measurements.toml."""
SILENCES = ("check", "value", "dose-end", "feed", "engine", "sitter", "video", "home")


@dataclass(frozen=True, slots=True)
class Named:
    """A value that stands among the protocol's numbers, so that a clinic may set its own.

    `part` counts from 0 where the number is a list.
    """

    number: str
    part: int | None = None


Bound = Decimal | Named
Bounds = tuple[tuple[str, Bound], ...]  # (signal, limit)


@dataclass(frozen=True, slots=True)
class Beyond:
    """The newest value of any of these signals is past its limit. Only `at_least` takes in the limit."""

    above: Bounds = ()
    at_least: Bounds = ()
    below: Bounds = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """The newest value is more than a share, in %, away from the person's own last value before the dose."""

    signals: tuple[str, ...]
    percent: Bound


@dataclass(frozen=True, slots=True)
class Tapped:
    """Somebody charted one of these events, and none of `until` after it."""

    events: tuple[str, ...]
    until: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """Something that should have come has not. `of` is one of SILENCES, `signal` is what a "value" is of."""

    of: str
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Every part holds at once."""

    parts: tuple["Beyond | Moved", ...]


Condition = Beyond | Moved | Tapped | Silent | Together


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One alert. Rules of a `group` stand worst first: one that holds covers those after it."""

    id: str
    code: str  # all that leaves the room with the room's name: "BP1"
    family: str
    priority: str
    says: str
    when: Condition
    act: tuple[str, ...]
    begins_with: str  # step of the ladder
    phases: frozenset[str]
    delay: timedelta
    sources: tuple[str, ...]
    basis: str
    group: str = ""
    technical: bool = False  # about the screen and its wires, not about the person


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One step of what people do: watch, repeat, call…"""

    id: str
    says: str
    sources: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Channel:
    """Where an alert goes on to when nobody has `until` ("seen", "acknowledged") it `after` it was raised."""

    to: str
    until: str
    after: timedelta
    priorities: tuple[str, ...]
    says: str
    sources: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Alerting:
    """Everything of protocol/alerts but its numbers, which stand with the others."""

    rules: tuple[AlertRule, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    channels: tuple[Channel, ...] = ()
    memo: dict[str, AlertRule] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rule(self, name: str) -> AlertRule | None:
        """The alert of this id; None when the protocol no longer has it."""
        if not self.memo:
            self.memo.update({rule.id: rule for rule in self.rules})
        return self.memo.get(name)

    def from_step(self, step: str) -> tuple[LadderStep, ...]:
        """The ladder from this step on: what is done, then what is done when that does not help."""
        names = [one.id for one in self.ladder]
        return self.ladder[names.index(step) :] if step in names else self.ladder
