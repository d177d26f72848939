"""Patient: who the record is about. Without a full birth date nobody can be told from a namesake."""

from datetime import date, datetime
from typing import Final

from openkap.clinical.entries.incoming import IncomingPerson
from openkap.clinical.entries.person import Identifier
from openkap.clinical.refusal import BadInput
from openkap.fhir.dates import date_in, read_date
from openkap.fhir.element import Node, NotRead, flag, group, groups, text, texts
from openkap.fhir.outcome import Unclear

SEXES: Final = ("female", "male", "other", "unknown")
_BEST_FIRST: Final = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")
NAMELESS: Final = "name not on file"


def read(
    patient: Node, where: str, at: datetime
) -> tuple[IncomingPerson, tuple[Identifier, ...], list[Unclear]]:
    """The person, the numbers others know them by, and what is doubtful. BadInput without a birth date."""
    born = _birth_date(patient, where, at)
    doubts: list[Unclear] = []
    try:
        family, given = _name(patient, doubts)
        person = IncomingPerson(
            family_name=family,
            given_name=given,
            birth_date=born,
            sex=_sex(patient, doubts),
            deceased_at=_death(patient, at, doubts),
        )
        return person, _identifiers(patient, doubts), doubts + _standing(patient)
    except NotRead as fault:
        raise BadInput(where, f"the patient cannot be read: {fault}", "Send a valid R4 Patient") from None


def _birth_date(patient: Node, where: str, at: datetime) -> date:
    place = f"{where} birthDate"
    try:
        born = date_in(patient, "birthDate")
    except NotRead as fault:
        raise BadInput(place, str(fault), "Write it like 1980-05-14") from None
    if born is None:
        raise BadInput(place, "the birth date is missing", "Add it: age decides, and it tells people apart")
    if born.partial:
        raise BadInput(place, f"{born.words!r} is not a full birth date", "Write it like 1980-05-14")
    if born.first > at.date():
        raise BadInput(
            place, f"{born.words} lies in the future (as of {at.date()})", "Correct the birth date"
        )
    return born.first


def _name(patient: Node, doubts: list[Unclear]) -> tuple[str, str]:
    names = groups(patient, "name")
    standing = [name for name in names if not text(group(name, "period"), "end")] or names
    ranked = sorted(standing, key=_rank)
    for name in ranked:
        family, given = text(name, "family"), " ".join(texts(name, "given"))
        if family or given:
            return family, given
        if whole := text(name, "text"):
            doubts.append(Unclear("the name is not split in family and given name: kept whole", "name"))
            return whole, ""
    doubts.append(Unclear("the record gives no name", "name"))
    return NAMELESS, ""


def _rank(name: Node) -> int:
    use = text(name, "use")
    return _BEST_FIRST.index(use) if use in _BEST_FIRST else len(_BEST_FIRST)


def _sex(patient: Node, doubts: list[Unclear]) -> str:
    said = text(patient, "gender")
    if said in SEXES:
        return said
    what = (
        f"administrative gender {said!r} is not one of R4's" if said else "administrative gender is not given"
    )
    doubts.append(Unclear(f"{what}: kept as unknown", "gender"))
    return "unknown"


def _death(patient: Node, at: datetime, doubts: list[Unclear]) -> datetime | None:
    words = text(patient, "deceasedDateTime")
    if words:
        when = read_date(words)
        if when.start <= at:
            return when.start
        doubts.append(Unclear(f"dated in the future: {words}", "deceasedDateTime"))
    elif flag(patient, "deceasedBoolean"):
        doubts.append(
            Unclear("died, and it is not said when: kept as of the time of reading", "deceasedBoolean")
        )
        return at
    return None


def _identifiers(patient: Node, doubts: list[Unclear]) -> tuple[Identifier, ...]:
    """The numbers that mean this person. One without a system could be anybody's, so it is only listed."""
    found: dict[tuple[str, str], None] = {}
    for number, identifier in enumerate(groups(patient, "identifier")):
        system, value = text(identifier, "system"), text(identifier, "value")
        if system and value:
            found[system, value] = None
        else:
            doubts.append(Unclear("it has no system or no value: not taken", f"identifier[{number}]"))
    return tuple(Identifier(system=system, value=value) for system, value in found)


def _standing(patient: Node) -> list[Unclear]:
    """Whether the sender still uses this record of the person."""
    found = []
    if patient.get("active") is False:
        found.append(Unclear("the sender no longer uses this record (active is false)", "active"))
    for link in groups(patient, "link"):
        if text(link, "type") in ("replaced-by", "refer"):
            other = text(group(link, "other"), "reference")
            found.append(Unclear(f"the sender points to another record of this person: {other}", "link"))
    return found
