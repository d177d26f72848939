"""Bundle: one person's record. Everything in it becomes a fact, or a line that says why not."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.entries.screening import NotUnderstood, Score
from openkap.clinical.protocol import Protocol
from openkap.clinical.refusal import BadInput
from openkap.fhir import allergy, condition, medication, observation, patient, questionnaire_response, version
from openkap.fhir.element import Node, NotRead, group, groups, text
from openkap.fhir.json_text import parse
from openkap.fhir.outcome import Answered, Known, NotUsed, Outcome, Reader, Taken, Unclear, known
from openkap.fhir.references import References, contained
from openkap.fhir.unread import about
from openkap.protocol.load import shipped

TOO_MANY_ENTRIES: Final = 5_000
"""From here on it is a clinic's export, not one person's record. The largest of 292 real records has 938."""

KINDS: Final = ("transaction", "collection", "searchset", "batch", "document")

READERS: Final[dict[str, Reader]] = {
    "Condition": condition.read,
    "Observation": observation.read,
    "AllergyIntolerance": allergy.read,
    "QuestionnaireResponse": questionnaire_response.read,
    **dict.fromkeys(medication.KINDS, medication.read),
}
_TYPE = re.compile(r"[A-Za-z]{1,64}")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
LOOKED_UP: Final = ("Patient", "Medication")
"""Read where another resource points at them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A resource and where in the file it stands."""

    where: str
    resource: Node

    @property
    def type(self) -> str:
        name: str = self.resource["resourceType"]
        return name


@dataclass(slots=True)
class Gathered:
    """What one pass over a file has found so far."""

    facts: list[tuple[Any, datetime]] = field(default_factory=list)
    lines: list[NotUnderstood] = field(default_factory=list)
    unused: dict[str, Counter[str]] = field(default_factory=dict)
    answered: list[Answered] = field(default_factory=list)

    def line(self, where: str, what: str) -> None:
        self.lines.append(NotUnderstood(where=where, what=what))

    def take(self, place: Place, outcome: Outcome) -> None:
        match outcome:
            case Taken(fact, at):
                self.facts.append((fact, at))
            case Unclear(what, part):
                self.line(f"{place.where} {part}".rstrip(), what)
            case Answered():
                self.answered.append(outcome)
            case NotUsed(name):
                self.unused.setdefault(place.type, Counter())[name] += 1


def read(data: bytes, *, source: str, at: datetime, protocol: Protocol | None = None) -> IncomingRecord:
    """One person's record from a FHIR R4 Bundle, plain or gzipped, as it stood at `at` (UTC).

    Nothing dated after `at` is taken. Raises BadInput, one sentence, when the file cannot be used at all;
    a part that cannot be read is listed in `not_understood` and the rest stands.
    """
    tree, plain = parse(data, source)
    bundle = _bundle(tree, source)
    gathered = Gathered()
    entries = list(_entries(bundle, source, gathered))
    places = list(_once(_places(entries, source), gathered))
    who = _patient(places, source)
    references = References(entries)
    person, identifiers, doubts = patient.read(who.resource, f"{source} {who.where}", at)
    for doubt in doubts:
        gathered.take(who, doubt)
    looked_at = known(protocol or shipped(), at, references.find)
    for place in places:
        _read_one(place, who, references, looked_at, gathered)
    for where, outcome in questionnaire_response.forms(gathered.answered, looked_at):
        gathered.take(Place(where, {"resourceType": "Observation"}), outcome)
    facts = _one_of_each_score(gathered)
    return IncomingRecord(
        person=person,
        facts=tuple(sorted(facts, key=lambda fact: fact[1])),
        not_understood=(*gathered.lines, *_unused(gathered)),
        source=source,
        sha256=sha256(plain).hexdigest(),
        identifiers=identifiers,
        not_used_from=len(gathered.lines),
    )


def _bundle(tree: Any, source: str) -> Node:
    todo = "Send FHIR R4 as JSON"
    if not isinstance(tree, dict) or not isinstance(tree.get("resourceType"), str):
        raise BadInput(source, "not FHIR: there is no resourceType at the top", todo)
    version.check(tree, source)
    name = tree["resourceType"]
    if name != "Bundle":
        raise BadInput(
            source, f"a single {name[:60]!r} is not a record", "Send a Bundle that holds the Patient"
        )
    kind = tree.get("type", "collection")
    if kind not in KINDS:
        raise BadInput(
            f"{source} Bundle.type", f"{str(kind)[:60]!r} is not read", f"Send one of: {', '.join(KINDS)}"
        )
    return tree


def _entries(bundle: Node, source: str, gathered: Gathered) -> Iterator[Node]:
    """Entries that hold a resource, in place; the others get a line."""
    try:
        entries = groups(bundle, "entry")
        links = groups(bundle, "link")
    except NotRead as fault:
        raise BadInput(f"{source} Bundle", str(fault), "Send a valid FHIR R4 Bundle") from None
    if len(entries) >= TOO_MANY_ENTRIES:
        raise BadInput(
            f"{source} Bundle.entry",
            f"{len(entries):,} entries, and one person's record has fewer than {TOO_MANY_ENTRIES:,}",
            "Send one person's record",
        )
    if any(link.get("relation") == "next" for link in links):
        gathered.line("Bundle.link", "more pages follow this one, and they were not read")
    for n, entry in enumerate(entries):
        resource = entry.get("resource")
        if not isinstance(resource, dict):
            gathered.line(f"Bundle.entry[{n}]", "it holds no resource")
        elif not _typed(resource):
            gathered.line(f"Bundle.entry[{n}]", "it does not say what type of resource it is")
        elif _deletes(entry):
            gathered.line(f"Bundle.entry[{n}] {_label(resource)}", "it asks for a deletion: not taken")
        else:
            yield {**entry, "where": f"Bundle.entry[{n}]"}


def _typed(resource: Node) -> bool:
    name = resource.get("resourceType")
    return isinstance(name, str) and bool(_TYPE.fullmatch(name))


def _deletes(entry: Node) -> bool:
    request = entry.get("request")
    return isinstance(request, dict) and request.get("method") == "DELETE"


def _places(entries: list[Node], source: str) -> Iterator[Place]:
    """Every resource with its place, those contained in another included."""
    for entry in entries:
        resource = entry["resource"]
        place = Place(f"{entry['where']} {_label(resource)}", resource)
        version.check(resource, f"{source} {place.where}")
        yield place
        for n, inner in enumerate(contained(resource)):
            if _typed(inner) and inner["resourceType"] in READERS:
                yield Place(f"{place.where} contained[{n}] {_label(inner)}", inner)


def _label(resource: Node) -> str:
    key = resource.get("id")
    name: str = resource["resourceType"]
    return f"{name}/{key}" if isinstance(key, str) and _ID.fullmatch(key) else name


def _once(places: Iterator[Place], gathered: Gathered) -> Iterator[Place]:
    """The same resource sent twice counts once; two that share an id and differ are both read."""
    seen: dict[str, Place] = {}
    for place in places:
        key = _label(place.resource)
        first = seen.setdefault(key, place) if "/" in key and "contained[" not in place.where else place
        if first is not place and first.resource == place.resource:
            gathered.line(place.where, f"the same as {first.where}: taken once")
            continue
        if first is not place and place.type not in LOOKED_UP:
            gathered.line(place.where, f"has the id of {first.where} and other content: both are read")
        yield place


def _patient(places: list[Place], source: str) -> Place:
    found = [place for place in places if place.type == "Patient"]
    if not found:
        raise BadInput(source, "no patient: the Bundle holds no Patient resource", "Add the Patient")
    if len(found) > 1:
        raise BadInput(
            source,
            f"{len(found)} patients in one Bundle ({found[0].where} and {found[1].where})",
            "Send one Bundle a person",
        )
    return found[0]


def _read_one(place: Place, who: Place, references: References, looked_at: Known, gathered: Gathered) -> None:
    reader = READERS.get(place.type)
    if reader is None:
        if place.type not in LOOKED_UP:
            gathered.unused.setdefault(place.type, Counter())[about(place.resource)] += 1
        return
    try:
        _check_meant(place.resource, who.resource, references)
        for outcome in reader(place.resource, looked_at):
            gathered.take(place, outcome)
    except NotRead as fault:
        gathered.line(place.where, str(fault))


def _check_meant(resource: Node, who: Node, references: References) -> None:
    """Raise NotRead unless the resource is about this person and can be read by its plain elements."""
    pointer = group(resource, "patient" if resource["resourceType"] == "AllergyIntolerance" else "subject")
    if not pointer:
        raise NotRead("it does not say whose it is: not taken")
    if not references.means(pointer, who, resource):
        other = text(pointer, "reference") or "another person"
        raise NotRead(f"it is about {other[:80]}, not about the patient of this file: not taken")
    for extension in groups(resource, "modifierExtension"):
        raise NotRead(
            f"its meaning is changed by {text(extension, 'url')!r}, which is not known here: not taken"
        )
    if rules := text(resource, "implicitRules"):
        raise NotRead(f"it follows rules of its own ({rules[:80]}): not taken")


def _one_of_each_score(gathered: Gathered) -> list[tuple[Any, datetime]]:
    """The same score twice at one instant is one, and so is a total that is also given answer by answer."""
    answered = {
        (fact.instrument, fact.total, at)
        for fact, at in gathered.facts
        if isinstance(fact, Score) and fact.items
    }
    kept: list[tuple[Any, datetime]] = []
    for fact, at in gathered.facts:
        if isinstance(fact, Score) and (fact, at) in kept:
            gathered.line(
                f"{fact.instrument} {at.isoformat()}", f"total {fact.total} is given twice: taken once"
            )
        elif isinstance(fact, Score) and not fact.items and (fact.instrument, fact.total, at) in answered:
            what = f"total {fact.total} is also given answer by answer: taken once"
            gathered.line(f"{fact.instrument} {at.isoformat()}", what)
        else:
            kept.append((fact, at))
    return kept


def _unused(gathered: Gathered) -> Iterator[NotUnderstood]:
    for name, kinds in sorted(gathered.unused.items()):
        named = [f"{kind} ({count})" for kind, count in sorted(kinds.items()) if kind]
        what = f"{kinds.total()} {name}: not used by this program"
        yield NotUnderstood(where="Bundle", what=what + (f": {'; '.join(named)}" if named else ""))
