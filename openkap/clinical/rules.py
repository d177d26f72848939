"""Rules as data: the few kinds of condition, and what an answer to one looks like.

A rule is asked about a chart at a moment and answers Met (with the patient's own data), NotMet, or CannotTell
(with what is needed and from whom). Missing is not normal, and old is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from openkap.clinical.entries.words import Measured

GRADES = ("exclude", "stabilise", "decide", "warn", "block", "prompt")
"""Worst first. "block" closes a gate, "prompt" only asks; the others grade a screening finding."""


@dataclass(frozen=True, slots=True)
class ConditionOn:
    """A coded problem of a value set; `ever` counts resolved ones too.

    An "active" problem older than `stale_after` is not believed: ask.
    """

    value_set: str
    ever: bool = False
    stale_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class MedicineOn:
    """A current medicine of a value set (ingredient or class)."""

    value_set: str


@dataclass(frozen=True, slots=True)
class AllergyTo:
    value_set: str


@dataclass(frozen=True, slots=True)
class MeasurementOut:
    """Any of the named measurements beyond its limit. Else it needs each within `within`, or CannotTell.

    `above` and `below` are strict: a value equal to the limit is not beyond it. `at_least` is not.
    """

    above: tuple[tuple[str, Decimal], ...]
    below: tuple[tuple[str, Decimal], ...]
    within: timedelta
    units: tuple[tuple[str, str], ...]  # (what, UCUM unit) the limits are written in
    called: str = ""  # "blood pressure", for sentences
    at_least: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreAt:
    """A score, or one item of it, at or above a value; or a triage at this level or worse.

    `item` counts from 1; 0 is the total. An item that was not asked is not at any value.
    """

    instrument: str
    at_least: int
    within: timedelta
    item: int = 0
    level: str = ""  # of a triage: "moderate"


@dataclass(frozen=True, slots=True)
class ResultIs:
    """A word result ("pregnancy-test" is "positive"), no older than `within`."""

    what: str
    value: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Less than `under`, or more than `over`, has passed since the latest fact of a kind, or "birth"."""

    since: str
    under: timedelta | None = None
    over: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AfterDay:
    """The day itself is over where the drug is taken: for a law that ends. It counts in that region alone.

    While no home is named nobody can tell whose law counts, nor which day it is there.
    """

    day: date
    region: str  # ISO 3166, "US" or "US-CA"


@dataclass(frozen=True, slots=True)
class Speaks:
    """Another rule speaks, by its own condition and its own question."""

    rule: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Which fact is looked for. `where` narrows it by its fields.

    `being`: the latest such fact must have these values, so a later "no" undoes an earlier "yes".
    `within`: must be that recent. `after`: must be newer than the latest fact of that kind; `before`: older.
    `this_visit`: must belong to the visit asked about.
    """

    fact: str
    where: tuple[tuple[str, str], ...] = ()
    being: tuple[tuple[str, str], ...] = ()
    within: timedelta | None = None
    after: str = ""
    before: str = ""
    this_visit: bool = False


@dataclass(frozen=True, slots=True)
class Absent(Sought):
    """A fact that must be there and is not."""


@dataclass(frozen=True, slots=True)
class Present(Sought):
    """A fact that is there."""


@dataclass(frozen=True, slots=True)
class Fewer:
    """Fewer than `than` facts of a kind have these values; one whose value is "unknown" may yet count.

    With nothing of that kind on file nobody can tell.
    """

    fact: str
    than: int
    where: tuple[tuple[str, tuple[str, ...]], ...]  # (field, the values that count)
    shows: str  # the field that names one


@dataclass(frozen=True, slots=True)
class Reaches:
    """A whole number of the newest fact of a kind is at or above a value.

    `most` names the field with the number it may still come to: in between nobody can tell.
    """

    fact: str
    field: str
    at_least: int
    most: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Only a person can tell: the answer to the rule's own question."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A question no other kind can put, answered by the function of this name in openkap.clinical.gates."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    part: "When"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple["When", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["When", ...]


When = (
    ConditionOn
    | MedicineOn
    | AllergyTo
    | MeasurementOut
    | ScoreAt
    | ResultIs
    | Elapsed
    | AfterDay
    | Speaks
    | Absent
    | Present
    | Fewer
    | Reaches
    | Asked
    | Computed
    | Not
    | AllOf
    | AnyOf
)


def parts_of(when: When) -> Iterator[When]:
    """The condition and every part of it, however deep."""
    yield when
    if isinstance(when, AllOf | AnyOf):
        for part in when.parts:
            yield from parts_of(part)
    elif isinstance(when, Not):
        yield from parts_of(when.part)


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    stage: str
    says: str
    when: When
    then: str  # one of GRADES
    act: tuple[str, ...]
    sources: tuple[str, ...]
    basis: str  # "primary" · "secondary" · "assumed" · "local"
    ask: str = ""  # the question to put to a person when the record cannot tell
    ask_of: str = ""  # role that can supply it: "patient" · "prescriber" · "therapist" · "monitor"
    gate: str = ""  # for "block": the action it guards, e.g. "start-dose"
    place: str = ""  # asked only where the visit is: "home" · "clinic"; empty: wherever it is
    override: str = ""  # role that may go past it with a reason; empty: nobody
    second: str = ""  # role of another person who must confirm that; empty: one person is enough
    answer_holds: timedelta | None = (
        None  # an older answer to `ask` no longer counts; None: it counts for good
    )
    asked_of_sex: tuple[str, ...] = ()  # with nothing on file, only these are asked; empty: everyone
    tells: tuple[str, str] | None = None  # to the patient, in plain words: why not now, and what to do next
    at_home: str = ""  # the grade where treatment would be at home, if it is stricter there
    closed_by: str = ""  # another question whose "yes" also settles this one as "no": "the list is complete"
    topic: str = ""  # the file it stands in: "heart"


@dataclass(frozen=True, slots=True)
class Met:
    because: tuple[Measured, ...]
    by_words: bool = False  # matched by text, not by code: shown as "please confirm"
    unverified: bool = (
        False  # matched by nothing better than a code from memory: shown as "code not verified"
    )


@dataclass(frozen=True, slots=True)
class NotMet:
    because: tuple[Measured, ...] = ()


@dataclass(frozen=True, slots=True)
class CannotTell:
    needs: str  # "blood pressure from the last 15 min"


Outcome = Met | NotMet | CannotTell


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks about this person, with the data that made it speak."""

    rule: Rule
    because: tuple[Measured, ...]
    by_words: bool = False
    unverified: bool = False
    overridden: str = ""  # the reason a clinician gave for going past it, after the data it rests on
    awaits: str = ""  # role whose second signature such a reason still needs; the finding stands until then
    proposed: str = ""  # that reason


@dataclass(frozen=True, slots=True)
class Unknown:
    """A rule that cannot be told yet: what it needs and who can supply it."""

    rule: Rule
    needs: str
    ask_of: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action may not be done now, and who can lift that."""

    rule: str  # rule id
    says: str  # one sentence, with the patient's own value in it where there is one
    who: str  # role that can lift it
    measured: tuple[Measured, ...] = ()
    override: str = ""  # role that may go past it with a reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this be done? The answer with everything that was looked at."""

    allowed: bool
    action: str
    at: datetime
    because: tuple[Reason, ...] = ()  # why not; empty when allowed
    looked_at: tuple[Measured, ...] = ()
    rules: tuple[str, ...] = ()  # every rule asked
    protocol: str = ""  # hash of the protocol that was asked
