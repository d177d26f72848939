"""Alerts as data: protocol/alerts, checked as they are read. Nothing that is wrong here starts a server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from openkap.clinical.alerts.rules import (
    FAMILIES,
    PRIORITIES,
    SIGNALS,
    SILENCES,
    Alerting,
    AlertRule,
    Beyond,
    Bounds,
    Channel,
    Condition,
    LadderStep,
    Moved,
    Named,
    Silent,
    Tapped,
    Together,
)
from openkap.clinical.answers import PHASES
from openkap.clinical.protocol import Number, Unset
from openkap.protocol.read_content import needed_span
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Place, Table
from openkap.protocol.read_when import Known

HARMS = ("irreversible", "reversible", "discomfort")
SOON = ("now", "minutes", "later")
UNTIL = ("seen", "acknowledged")
NOTHING = Tapped((), ())
"""Stands where a condition could not be read; its fault has been noted."""
_WORDS = ("above", "at_least", "below")
_LONGEST_DELAY = timedelta(minutes=1)


@dataclass
class AlertFiles:
    """The files of protocol/alerts, read one after another and checked together."""

    known: Known
    rules: dict[str, tuple[AlertRule, Place, str]] = field(default_factory=dict)  # with its row of priorities
    ladder: dict[str, LadderStep] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    priorities: dict[str, str] = field(default_factory=dict)  # "irreversible now" → "high"
    names: list[tuple[Named, Place]] = field(default_factory=list)

    def read(self, table: Table) -> None:
        """One file. Its numbers are read by whoever reads the numbers of the stages."""
        for one in table.tables("priority"):
            row = f"{one.word('harm', HARMS)} {one.word('soon', SOON)}"
            if row in self.priorities:
                one.fault("", f"{row} stands here twice")
            self.priorities[row] = one.word("is", PRIORITIES)
            read_basis(one, self.known)
            one.close()
        for one in table.tables("step"):
            name = fresh_id(one, self.ladder)
            self.ladder[name] = LadderStep(name, one.text("says"), *_sure(one, self.known))
            one.close()
        self.channels += [self._channel(one) for one in table.tables("channel")]
        for one in table.tables("alert"):
            self._alert(one)

    def _channel(self, table: Table) -> Channel:
        priorities = table.texts("priorities")
        for name in priorities:
            if name not in PRIORITIES:
                table.fault("priorities", f"{name!r} is not one of {', '.join(PRIORITIES)}")
        made = Channel(
            to=table.text("to"),
            until=table.word("until", UNTIL),
            after=needed_span(table, "after"),
            priorities=priorities,
            says=table.text("says"),
            **dict(zip(("sources", "basis"), _sure(table, self.known), strict=True)),  # type: ignore[arg-type]
        )
        table.close()
        return made

    def _alert(self, table: Table) -> None:
        name = fresh_id(table, self.rules)
        sources, basis = _sure(table, self.known)
        row = f"{table.word('harm', HARMS)} {table.word('soon', SOON)}"
        rule = AlertRule(
            id=name,
            code=table.text("code"),
            family=table.word("family", FAMILIES),
            priority=table.word("priority", PRIORITIES),
            says=table.text("says"),
            when=self.condition(table.table("when")),
            act=table.texts("act"),
            begins_with=table.text("begins_with"),
            phases=frozenset(_phases(table)),
            delay=needed_span(table, "delay"),
            sources=sources,
            basis=basis,
            group=table.text("group", ""),
            technical=table.get("technical", bool, False),
        )
        self.rules[name] = rule, table.where, row
        _fits(rule, table)
        table.close()

    def condition(self, table: Table) -> Condition:
        """The one condition a `when` holds."""
        kinds = [key for key in ("all", "moved", "tapped", "silent") if key in table]
        if any(word in table for word in _WORDS):
            kinds.append("beyond")
        if len(kinds) != 1:
            table.give_up("", "a condition is one of: above, at_least, below; moved; tapped; silent; all")
            return NOTHING
        made: Condition
        match kinds[0]:
            case "all":
                made = Together(tuple(self._part(one) for one in table.tables("all")))
            case "moved":
                made = Moved(
                    _signals(table, "moved"), self._bound(table, "percent", table.values.get("percent"))
                )
                table.get("percent", type(table.values.get("percent")))
            case "tapped":
                made = Tapped(table.texts("tapped"), table.texts("until"))
            case "silent":
                made = Silent(table.word("silent", SILENCES), table.word("signal", SIGNALS, ""))
            case _:
                made = Beyond(**{word: self._bounds(table, word) for word in _WORDS})
        table.close()
        return made

    def _part(self, table: Table) -> Beyond | Moved:
        part = self.condition(table)
        if isinstance(part, Beyond | Moved):
            return part
        table.fault("", "only values that were charted can be taken together")
        return Beyond()

    def _bounds(self, table: Table, word: str) -> Bounds:
        if word not in table:
            return ()
        inner = table.table(word)
        for signal in inner.values:
            if signal not in SIGNALS:
                inner.fault(signal, f"{signal!r} is not one of {', '.join(SIGNALS)}")
        made = tuple((signal, self._bound(inner, signal, inner.values[signal])) for signal in inner.values)
        return made

    def _bound(self, table: Table, key: str, written: object) -> "Named":
        """A limit is always the name of a number, so that a clinic can set its own: "x" or "x[0]"."""
        if not isinstance(written, str):
            table.fault(key, f"{written!r} is not the name of a number")
            return Named("")
        name, _, rest = written.partition("[")
        part = int(rest[:-1]) if rest[:-1].isdecimal() and rest.endswith("]") else None
        if rest and part is None:
            table.fault(key, f"{written!r} does not name a number or a part of one, such as x or x[0]")
        made = Named(name, part)
        self.names.append((made, table.where.inner(key, called=key)))
        return made

    def made(self) -> Alerting:
        return Alerting(
            tuple(rule for rule, _, _ in self.rules.values()),
            tuple(self.ladder.values()),
            tuple(self.channels),
        )

    def faults(
        self, numbers: dict[str, Number], unset: Iterable[Unset], events: Iterable[str]
    ) -> Iterator[tuple[Place, str]]:
        """What can only be said once everything is read."""
        open_ = {one.id for one in unset if one.number is not None}
        for named, place in self.names:
            if named.number not in open_ and not is_amount(named, numbers):
                yield place, f"{named.number!r} is not a number of the protocol, or not of this shape"
        codes: dict[str, str] = {}
        worst: dict[str, int] = {}
        for rule, place, row in self.rules.values():
            if self.priorities.get(row) != rule.priority:
                yield (
                    place.inner("priority", called="priority"),
                    f"{row} is {self.priorities.get(row, 'not in the table')}",
                )
            if rule.begins_with not in self.ladder:
                yield place.inner("begins_with", called="begins_with"), f"{rule.begins_with!r} is not a step"
            if codes.setdefault(rule.code, rule.id) != rule.id:
                yield place.inner("code", called="code"), f"{rule.code!r} is used twice"
            rank = PRIORITIES.index(rule.priority) if rule.priority in PRIORITIES else 0
            if rule.group and rank < worst.get(rule.group, 0):
                yield place, "in a group the worst stands first"
            worst[rule.group] = max(rank, worst.get(rule.group, 0))
            yield from _strange_events(rule, place, set(events))


def _strange_events(rule: AlertRule, place: Place, events: set[str]) -> Iterator[tuple[Place, str]]:
    if isinstance(rule.when, Tapped):
        for event in (*rule.when.events, *rule.when.until):
            if event not in events:
                yield place.inner("when", called="when"), f"{event!r} is no event that can be tapped"


def is_amount(named: Named, numbers: dict[str, Number]) -> bool:
    """Whether a limit names a number that is there, of the shape it names."""
    value = numbers[named.number].value if named.number in numbers else None
    if named.part is None:
        return value is not None and not isinstance(value, tuple | timedelta)
    return isinstance(value, tuple) and named.part < len(value) and not isinstance(value[0], timedelta)


def _sure(table: Table, known: Known) -> tuple[tuple[str, ...], str]:
    basis, sources = read_basis(table, known)
    return sources, basis


def _signals(table: Table, key: str) -> tuple[str, ...]:
    names = table.texts(key)
    for name in names:
        if name not in SIGNALS:
            table.fault(key, f"{name!r} is not one of {', '.join(SIGNALS)}")
    return names


def _phases(table: Table) -> tuple[str, ...]:
    phases = table.texts("phases")
    for phase in phases:
        if phase not in PHASES:
            table.fault("phases", f"{phase!r} is not one of {', '.join(PHASES)}")
    if not phases:
        table.fault("phases", "an alert that is asked in no phase never speaks")
    return phases


def _fits(rule: AlertRule, table: Table) -> None:
    """The two families are told apart by what they look at; a value charted by hand alerts at once."""
    values = isinstance(rule.when, Beyond | Moved | Together)
    if values is not (rule.family == "limit"):
        table.fault("family", "limits look at values that were charted, workflow prompts at everything else")
    if rule.delay and not isinstance(rule.when, Silent):
        table.fault("delay", "what a person charted alerts at once")
    if rule.delay > _LONGEST_DELAY:
        table.fault("delay", "silence is not left alone for longer than a minute")
    if isinstance(rule.when, Silent) and bool(rule.when.signal) is not (rule.when.of == "value"):
        table.fault("when", "a signal is named where a value is missing, and nowhere else")
