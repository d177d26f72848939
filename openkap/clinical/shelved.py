"""What differs between what the rules of two protocols read from: value sets and instruments, in words."""

from collections.abc import Iterator, Sequence

from openkap.clinical.instruments import Bands, Instrument
from openkap.clinical.protocol import Protocol, ValueSet
from openkap.clinical.wording import value_in_words

_NUMBERS = (
    ("highest", "its highest total"),
    ("meaningful_change", "what counts as a change"),
    ("remission_below", "below what it is remission"),
    ("response_percent", "the percentage that is a response"),
    ("recall", "how far back it asks"),
    ("times", "what its sum is multiplied by"),
)
_TEXTS = (
    ("stem", "its opening words"),
    ("items", "its questions"),
    ("answers", "its answers"),
    ("subscales", "its subscales"),
    ("highest_of", "the groups of which one answer counts"),
    ("triage", "its levels"),
    ("pattern", "what its subscales mean together"),
)


def shelved(before: Protocol, after: Protocol) -> Iterator[tuple[str, str]]:
    """(id, sentence) for each; nothing where they are the same."""
    for name, new in after.value_sets.items():
        old = before.value_sets.get(name)
        yield from ((name, f"{new.title}: {said}") for said in (_codes(old, new) if old else ["new"]))
    for name, scale in after.instruments.items():
        was = before.instruments.get(name)
        yield from ((name, f"{scale.title}: {said}") for said in (_scale(was, scale) if was else ["new"]))
    for name in before.value_sets.keys() - after.value_sets.keys():
        yield name, f"{before.value_sets[name].title}: no longer known"
    for name in before.instruments.keys() - after.instruments.keys():
        yield name, f"{before.instruments[name].title}: no longer known"


def _codes(old: ValueSet, new: ValueSet) -> Iterator[str]:
    if old == new:
        return
    yield from _more_or_less("code", _coded(old), _coded(new))
    yield from _more_or_less("exception", _excepted(old), _excepted(new))
    yield from _more_or_less("word", old.words, new.words)
    yield from _more_or_less("word that keeps it from matching", old.not_words, new.not_words)


def _coded(one: ValueSet) -> list[str]:
    return [f"{code.system} {code.code}" for code in one.codes]


def _excepted(one: ValueSet) -> list[str]:
    return [f"{code.system} {code.code}" for code in one.not_codes]


def _more_or_less(what: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    if more := [one for one in new if one not in old]:
        yield f"{what} added: {', '.join(more)}"
    if fewer := [one for one in old if one not in new]:
        yield f"{what} taken away: {', '.join(fewer)}"


def _scale(old: Instrument, new: Instrument) -> Iterator[str]:
    if old == new:
        return
    if old.title != new.title:
        yield f"was called “{old.title}”"
    for field, called in _NUMBERS:
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            yield f"{called} was {_or_none(was)}, now {_or_none(now)}"
    for sex in ("", *sorted({*old.bands_of, *new.bands_of})):
        bands = old.bands_of.get(sex, old.bands), new.bands_of.get(sex, new.bands)
        if bands[0] != bands[1]:
            yield f"its bands{' for ' if sex else ''}{sex} were {_banded(bands[0])}, now {_banded(bands[1])}"
    for field, called in _TEXTS:
        if getattr(old, field) != getattr(new, field):
            yield f"{called} changed"


def _or_none(value: object) -> str:
    return "not set" if value is None else value_in_words(value)


def _banded(bands: Bands) -> str:
    return ", ".join(f"“{word}” from {lowest}" for lowest, word in bands) or "none"
