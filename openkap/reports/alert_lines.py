"""The alerts of the dosing room in the handbook: when each speaks, what it asks for, its source."""

from collections.abc import Iterator

from openkap.clinical.alerts.judge import value_of
from openkap.clinical.alerts.rules import AlertRule, Beyond, Bound, Condition, Moved, Silent, Tapped, Together
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.clinical.wording import value_in_words
from openkap.reports.lines import Chapter, Line, Section

FAMILIES = {
    "limit": ("Clinic limits on what a person charted", "No device reading is held against them."),
    "workflow": ("Workflow prompts", "By the clock, and by what somebody tapped."),
}
SILENCES = {
    "check": "no set of vital signs came when it was due",
    "value": "it was not charted when it was due",
    "dose-end": "the planned end of an infusion has passed and is not recorded",
    "feed": "a bound device has sent nothing",
    "sitter": "the sitter of a visit at home was not heard from when they should have been asked",
    "video": "the picture of a patient at home is lost",
    "home": "nobody sees a patient at home, and the sitter is not heard from for as long as that",
    "engine": "alerts were not evaluated for a while",
}


def alerts(protocol: Protocol) -> Chapter:
    """One section a family, then the ladder."""
    rules = protocol.alerting.rules
    sections = [
        Section(title, note, tuple(_line(rule, protocol) for rule in rules if rule.family == family))
        for family, (title, note) in FAMILIES.items()
    ]
    steps = tuple(
        Line(f"ladder-{step.id}", step.says, basis=step.basis, sources=step.sources)
        for step in protocol.alerting.ladder
    )
    sections.append(Section("What is done, step by step", "An alert names the step it begins with.", steps))
    return Chapter("alerts", "Alerts in the dosing room", tuple(one for one in sections if one.lines))


def _line(rule: AlertRule, protocol: Protocol) -> Line:
    after = f", {value_in_words(rule.delay)} later" if rule.delay else ""
    said = " and ".join(_when(rule.when, protocol))
    return Line(
        id=rule.id,
        says=rule.says,
        speaks=f"{rule.priority.capitalize()} priority, {rule.code}: when {said}{after}.",
        act=rule.act,
        basis=rule.basis,
        sources=rule.sources,
    )


def _when(when: Condition, protocol: Protocol) -> Iterator[str]:
    if isinstance(when, Together):
        for part in when.parts:
            yield from _when(part, protocol)
    elif isinstance(when, Beyond):
        words = (("above", when.above), ("at least", when.at_least), ("below", when.below))
        told = [_bound(name, word, bound, protocol) for word, bounds in words for name, bound in bounds]
        yield " or ".join(told)
    elif isinstance(when, Moved):
        names = " or ".join(protocol.measurements[name].title for name in when.signals)
        share = value_of(when.percent, protocol)
        far = f"more than {plain(share)} %" if share is not None else "by a share that is not set"
        yield f"{names} is {far} away from the person’s own before the dose"
    elif isinstance(when, Tapped):
        yield f"one of these is tapped: {', '.join(when.events)}"
    elif isinstance(when, Silent):
        yield SILENCES[when.of]


def _bound(signal: str, word: str, bound: Bound, protocol: Protocol) -> str:
    kind, value = protocol.measurements[signal], value_of(bound, protocol)
    unit = "" if kind.unit == "1" else f" {kind.unit}"
    number = f"{plain(value)}{unit}" if value is not None else "a value that is not set"
    return f"{kind.title} is {word} {number}"
