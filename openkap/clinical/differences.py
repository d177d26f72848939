"""What differs between two protocols, in the words a medical director signs."""

from collections.abc import Iterator
from dataclasses import dataclass

from openkap.clinical.protocol import GRADE_NAMES, Change, Protocol
from openkap.clinical.rules import Rule
from openkap.clinical.wording import condition, value_in_words

_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `change`: who did it, when and why, for what a clinic changed."""

    touches: str  # id of a rule, number or consent, or the name of what a route left open
    says: str
    change: Change | None = None


def differences(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    """Rules added, removed, set or changed; then numbers, answers in words, consents. Same: empty."""
    changes = {change.touches: change for change in after.changes}
    found = (
        *_rules(before, after),
        *_numbers(before, after),
        *_answers(before, after),
        *_texts(before, after),
    )
    return tuple(Difference(name, says, changes.get(name)) for name, says in found)


def _rules(before: Protocol, after: Protocol) -> Iterator[tuple[str, str]]:
    old, new = ({rule.id: rule for rule in protocol.rules} for protocol in (before, after))
    open_ = {one.id for one in before.unset}
    for name, rule in new.items():
        if name not in old:
            word = "Set" if name in open_ else "New"
            yield name, f"{word}: {rule.says}. It speaks when {condition(rule.when, after)}"
        else:
            yield from ((name, said) for said in _changed(old[name], rule, before, after))
    for name in old.keys() - new.keys():
        yield name, f"No longer asked: {old[name].says}"


def _changed(old: Rule, new: Rule, before: Protocol, after: Protocol) -> Iterator[str]:
    was, now = condition(old.when, before), condition(new.when, after)
    if was != now:
        yield f"{new.says}: spoke when {was}; now when {now}"
    if old.says != new.says:
        yield f"“{old.says}” is now called “{new.says}”"
    if old.then != new.then:
        yield f"{new.says}: was “{_grade(old)}”, now “{_grade(new)}”"
    if old.override != new.override:
        yield f"{new.says}: {old.override or _NOBODY} could go past it, now {new.override or _NOBODY} can"


def _grade(rule: Rule) -> str:
    return GRADE_NAMES.get(rule.then, rule.then)


def _numbers(before: Protocol, after: Protocol) -> Iterator[tuple[str, str]]:
    for name, number in after.numbers.items():
        was = before.numbers.get(name)
        if was is None:
            yield name, f"Set: {number.says}: {value_in_words(number.value)}"
        elif was.value != number.value:
            yield name, f"{number.says}: was {value_in_words(was.value)}, now {value_in_words(number.value)}"
    for name in before.numbers.keys() - after.numbers.keys():
        yield name, f"No longer set: {before.numbers[name].says}"


def _answers(before: Protocol, after: Protocol) -> Iterator[tuple[str, str]]:
    """What a route left open and a director answered: a cap, or words."""
    told = {change.touches: change.says for change in before.changes}
    for change in after.changes:
        if change.says and told.get(change.touches) != change.says:
            yield change.touches, f"Set: {change.touches}: {change.says}"
    answered = {change.touches for change in after.changes}
    for change in before.changes:
        if change.says and change.touches not in answered:
            yield change.touches, f"No longer set: {change.touches}"


def _texts(before: Protocol, after: Protocol) -> Iterator[tuple[str, str]]:
    for name, text in after.consents.items():
        was = before.consents.get(name)
        if was is None or was.version != text.version:
            old = f"version {was.version} becomes" if was else "new, in"
            yield name, f"{text.title}: {old} version {text.version}"
