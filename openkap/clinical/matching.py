"""Which value sets a coded or plainly worded entry belongs to. Codes first; words where no code says so.

One pass over a chart answers every rule: a code is one look-up, and the words of all value sets are looked up
token by token, so a text costs its own length however many value sets there are.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.screening import Allergy, Medicine, Problem
from openkap.clinical.entries.words import Code
from openkap.clinical.protocol import Negations, Protocol, ValueSet

_TOKEN = re.compile(r"\w+|[.;:\n]")
_STOPS = frozenset(".;:\n")
_TEXTS_KEPT = 20_000
_KINDS = (Problem, Medicine, Allergy)

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that belongs to a value set."""

    entry: Entry
    by_words: bool
    code: Code | None = None
    means: str = ""  # what the value set calls that code, for a record that gives the bare code
    unverified: bool = False  # the value set has that code from memory


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means to one value set."""

    value_set: str
    called: str
    unverified: bool


@dataclass(slots=True)
class Vocabulary:
    """Every value set of a protocol, turned round: from a code or a text to the value sets it means."""

    exact: dict[tuple[str, str], tuple[Meaning, ...]]  # by (system, code)
    prefixes: dict[str, tuple[tuple[str, Meaning], ...]]  # system → (start of a code, what it means)
    excepted: frozenset[tuple[str, str, str]]  # (value set, system, code)
    words: dict[str, tuple[tuple[Phrase, str], ...]]  # first token → (phrase, value set)
    not_words: dict[str, tuple[Phrase, ...]]
    before: tuple[Phrase, ...]
    after: tuple[Phrase, ...]
    breaks: frozenset[str]
    seen: dict[str, frozenset[str]] = field(default_factory=dict)

    def of_code(self, code: Code) -> Iterator[Meaning]:
        """What a code means: one for each value set that has it, or the start of it."""
        yield from self.exact.get((code.system, code.code), ())
        for start, meaning in self.prefixes.get(code.system, ()):
            if (
                code.code.startswith(start)
                and (meaning.value_set, code.system, code.code) not in self.excepted
            ):
                yield meaning

    def of_text(self, text: str) -> frozenset[str]:
        """Value sets whose words stand in the text undenied. Remembered, for charts repeat themselves."""
        found = self.seen.get(text)
        if found is None:
            if len(self.seen) >= _TEXTS_KEPT:
                self.seen.clear()
            found = self.seen[text] = frozenset(self._read(tokens(text)))
        return found

    def _read(self, said: Phrase) -> Iterator[str]:
        for at, token in enumerate(said):
            for phrase, name in self.words.get(token, ()):
                end = at + len(phrase)
                if said[at:end] == phrase and not self._denied(said, at, end, name):
                    yield name

    def _denied(self, said: Phrase, start: int, end: int, name: str) -> bool:
        first, last = start, end
        while first > 0 and said[first - 1] not in self.breaks:
            first -= 1
        while last < len(said) and said[last] not in self.breaks:
            last += 1
        return (
            any(holds(said[first:start], phrase) for phrase in self.before)
            or any(holds(said[end:last], phrase) for phrase in self.after)
            or any(holds(said[first:last], phrase) for phrase in self.not_words.get(name, ()))
        )


@dataclass(frozen=True, slots=True)
class Belongings:
    """The entries of one chart by value set."""

    hits: dict[tuple[type, str], tuple[Hit, ...]]

    def of(self, kind: type, value_set: str) -> tuple[Hit, ...]:
        return self.hits.get((kind, value_set), ())


def tokens(text: str) -> Phrase:
    """The words of a text, case and accents folded, with the stops that end a clause."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return tuple(_TOKEN.findall("".join(c for c in folded if not unicodedata.combining(c))))


def holds(said: Phrase, phrase: Phrase) -> bool:
    return any(said[at : at + len(phrase)] == phrase for at in range(len(said) - len(phrase) + 1))


def vocabulary(protocol: Protocol) -> Vocabulary:
    """The protocol's value sets turned round, made once for each protocol."""
    if "vocabulary" not in protocol.memo:
        protocol.memo["vocabulary"] = _turned_round(protocol.value_sets.values(), protocol.negations)
    made: Vocabulary = protocol.memo["vocabulary"]
    return made


def belongings(chart: Chart, protocol: Protocol) -> Belongings:
    """The chart's entries by value set, made once for each chart and protocol."""
    kept = chart.memo.get("belongings")
    if kept is None or kept[0] is not protocol:
        kept = chart.memo["belongings"] = (protocol, _sorted_out(chart, vocabulary(protocol)))
    made: Belongings = kept[1]
    return made


def _sorted_out(chart: Chart, known: Vocabulary) -> Belongings:
    hits: dict[tuple[type, str], list[Hit]] = {}
    for kind in _KINDS:
        for entry in chart.all(kind):
            for name, hit in _hits(entry, known):
                hits.setdefault((kind, name), []).append(hit)
    return Belongings({key: tuple(found) for key, found in hits.items()})


def _hits(entry: Entry, known: Vocabulary) -> Iterator[tuple[str, Hit]]:
    coded: dict[str, Hit] = {}
    for code in entry.fact.codes:
        for meaning in known.of_code(code):
            first = coded.get(meaning.value_set)
            if first is None or (first.unverified and not meaning.unverified):
                coded[meaning.value_set] = Hit(entry, False, code, meaning.called, meaning.unverified)
    yield from coded.items()
    texts = {entry.fact.text, *(code.display for code in entry.fact.codes)}
    worded = frozenset[str]().union(*(known.of_text(text) for text in texts if text))
    for name in sorted(worded - coded.keys()):
        yield name, Hit(entry, by_words=True)


def _turned_round(value_sets: Iterable[ValueSet], negations: Negations) -> Vocabulary:
    exact: dict[tuple[str, str], list[Meaning]] = {}
    prefixes: dict[str, list[tuple[str, Meaning]]] = {}
    words: dict[str, list[tuple[Phrase, str]]] = {}
    not_words: dict[str, tuple[Phrase, ...]] = {}
    excepted: set[tuple[str, str, str]] = set()
    for one in value_sets:
        for code in one.codes:
            meaning = Meaning(one.id, code.display, (code.system, code.code) in one.unverified)
            if code.code.endswith("*"):
                prefixes.setdefault(code.system, []).append((code.code[:-1], meaning))
            else:
                exact.setdefault((code.system, code.code), []).append(meaning)
        for phrase in map(tokens, one.words):
            words.setdefault(phrase[0], []).append((phrase, one.id))
        not_words[one.id] = tuple(map(tokens, one.not_words))
        excepted.update((one.id, code.system, code.code) for code in one.not_codes)
    return Vocabulary(
        exact={key: tuple(names) for key, names in exact.items()},
        prefixes={key: tuple(starts) for key, starts in prefixes.items()},
        excepted=frozenset(excepted),
        words={key: tuple(phrases) for key, phrases in words.items()},
        not_words=not_words,
        before=tuple(map(tokens, negations.before)),
        after=tuple(map(tokens, negations.after)),
        breaks=_STOPS | frozenset(negations.breaks),
    )
