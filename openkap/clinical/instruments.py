"""What an instrument is: its items, answers, bands, and what its answers mean. Filled from TOML.

Items are numbered from 1. The place of an answer in its list is its score, from 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

Bands = tuple[tuple[int, str], ...]
"""(lowest total, word), ascending from 0."""


@dataclass(frozen=True, slots=True)
class AskedIf:
    """Asked only when that item scored at least this. `item` 0: when any item before this one did."""

    item: int
    at_least: int


@dataclass(frozen=True, slots=True)
class Item:
    """One question. What is not `scored` may be left open and adds nothing to the total."""

    text: str
    loinc: str = ""
    answers: tuple[str, ...] = ()  # its own; empty: the instrument's
    codes: tuple[str, ...] = ()  # the codes of its own answers, in the same order
    asked_if: AskedIf | None = None
    scored: bool = True
    above: str = ""  # words printed above it: "Past month"
    note: str = ""  # words printed under it as part of the question: its examples


@dataclass(frozen=True, slots=True)
class Subscale:
    """Some of the items added up by themselves.

    It is met when `needs` of its answers are at least `counts_from`, or when it reaches `needs_percent` of
    its highest; one that needs nothing is only added up.
    """

    id: str
    title: str
    items: tuple[int, ...]
    highest: int
    counts_from: int = 0
    needs: int = 0
    needs_percent: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """What it means that every subscale with a need is met: "a provisional diagnosis"."""

    met: str
    not_met: str


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a triage: it holds when any of these items is answered with more than 0."""

    word: str  # "high"
    items: tuple[int, ...]
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire or rating. Without items it takes a total alone: its text belongs to somebody."""

    id: str
    title: str
    stem: str  # "Over the last 2 weeks, how often have you been bothered by…"; empty without items
    items: tuple[Item, ...]
    answers: tuple[str, ...]  # of every item without answers of its own
    bands: Bands  # empty: nobody has published any
    highest: int | None  # None: not known here
    meaningful_change: int | None
    remission_below: int | None
    loinc_total: str
    notice: str
    sources: tuple[str, ...]
    basis: str
    recall: timedelta  # how far back the answers reach; nothing for what is seen now
    measures: str = ""  # "depression"
    asks_about: str = ""  # the recall in words: "the last 2 weeks"
    rated_by: str = "patient"  # "patient" · "clinician"
    better: str = "lower"  # which way is better: "lower" · "higher" · "neither"
    how: str = "sum"  # "sum" · "triage"
    times: int = 1  # the sum of the answers times this is the total
    highest_of: tuple[tuple[int, ...], ...] = ()  # of each group only its highest answer is added
    response_percent: int | None = None  # where it is not the programme's own
    bands_of: Mapping[str, Bands] = field(default_factory=dict)  # sex → bands, where they differ
    subscales: tuple[Subscale, ...] = ()
    pattern: Pattern | None = None
    triage: tuple[Level, ...] = ()  # worst first
    basis_of: Mapping[str, str] = field(default_factory=dict)  # part → basis, where it is not `basis`
    loinc_panel: str = ""
    codes: tuple[str, ...] = ()  # the codes of `answers`, in the same order
    routine: bool = False  # asked again at home whenever its recall has passed
    licence: str = ""  # who let this clinic use the items, where they do not come with the program

    def band(self, total: int, sex: str = "") -> str:
        """The word for a total, or "" where there is none."""
        bands = self.bands_of.get(sex, self.bands)
        return next((word for lowest, word in reversed(bands) if total >= lowest), "")

    def answers_of(self, number: int) -> tuple[str, ...]:
        """The answers one item is asked with; `number` from 1."""
        return self.items[number - 1].answers or self.answers

    def basis_for(self, part: str) -> str:
        """How sure one part is, such as "bands" or "meaningful_change"."""
        return self.basis_of.get(part, self.basis)
