"""What differs between two protocols, in the words a medical director signs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Change, Protocol, grade_name
from openkap.clinical.rules import Rule
from openkap.clinical.shelved import shelved
from openkap.clinical.wording import condition, value_in_words

_NOBODY = "nobody"
_EVER = "for good"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. `change`: who did it, when and why, for what a clinic changed."""

    touches: str  # id of a rule, number or consent, or the name of what a route left open
    says: str
    change: Change | None = None


def differences(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    """Rules added, removed or changed; then numbers, answers in words, consents, shelves. Same: empty."""
    changes = {change.touches: change for change in after.changes}
    found = (
        *_rules(before, after),
        *_numbers(before, after),
        *_answers(before, after),
        *_texts(before, after),
        *shelved(before, after),
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
        yield f"{new.says}: was “{grade_name(old.then)}”, now “{grade_name(new.then)}”"
    if old.override != new.override:
        yield f"{new.says}: {old.override or _NOBODY} could go past it, now {new.override or _NOBODY} can"
    for called, before_, after_ in _particulars(old, new):
        if before_ != after_:
            yield f"{new.says}: {called} was {before_}, now {after_}"


def _particulars(old: Rule, new: Rule) -> Iterator[tuple[str, str, str]]:
    """What else a rule says: what it is called, as it was, as it is."""
    said: tuple[tuple[str, Callable[[Rule], str]], ...] = (
        ("the second person who confirms that", lambda rule: rule.second or _NOBODY),
        ("what it closes", lambda rule: f"“{_spaced(rule.gate)}”" if rule.gate else "nothing"),
        ("where it is asked", lambda rule: f"“{rule.place}” alone" if rule.place else "everywhere"),
        ("its grade at home", lambda rule: f"“{grade_name(rule.at_home)}”" if rule.at_home else "the same"),
        ("its question", lambda rule: f"“{rule.ask}”" if rule.ask else "none"),
        ("who is asked", lambda rule: rule.ask_of or _NOBODY),
        ("whose sex it is asked of", lambda rule: " or ".join(rule.asked_of_sex) or "any"),
        ("what settles its question too", lambda rule: _spaced(rule.closed_by) or "nothing"),
        (
            "how long an answer counts",
            lambda rule: in_words(rule.answer_holds) if rule.answer_holds else _EVER,
        ),
        ("what to do", lambda rule: f"“{'; '.join(rule.act)}”" if rule.act else "nothing"),
        ("what the patient is told", lambda rule: f"“{' '.join(rule.tells)}”" if rule.tells else "nothing"),
    )
    yield from ((called, say(old), say(new)) for called, say in said)


def _spaced(name: str) -> str:
    return name.replace("-", " ")


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
            yield change.touches, f"Set: {change.called}: {change.says}"
    answered = {change.touches for change in after.changes}
    for change in before.changes:
        if change.says and change.touches not in answered:
            yield change.touches, f"No longer set: {change.called}"


def _texts(before: Protocol, after: Protocol) -> Iterator[tuple[str, str]]:
    for name, text in after.consents.items():
        was = before.consents.get(name)
        if was is None or was.version != text.version:
            old = f"version {was.version} becomes" if was else "new, in"
            yield name, f"{text.title}: {old} version {text.version}"
