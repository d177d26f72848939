"""The drug of one visit, in whole micrograms: taken out, put back unopened, thrown away before a witness."""

from openkap.clinical.entries.kind import kind


@kind("drug-drawn")
class DrugDrawn:
    """Whole vials, lozenges or devices were taken from a lot for this visit."""

    visit: str
    number: str  # of the lot, as printed
    units: int
    each: int  # micrograms in one
    lot: str = ""  # id of a lot of the formulary


@kind("drug-returned")
class DrugReturned:
    """Units were put back unopened."""

    visit: str
    drawn: str  # id of the drug-drawn entry they came from
    units: int


@kind("drug-wasted")
class DrugWasted:
    """What was left was thrown away. It counts once another user has witnessed it."""

    visit: str
    drawn: str
    micrograms: int
    how: str


@kind("waste-witnessed")
class WasteWitnessed:
    """Another user of the clinic saw it, and signed in to say so."""

    visit: str
    waste: str  # id of the drug-wasted entry
    name: str
    role: str


@kind("variance-recorded")
class VarianceRecorded:
    """The drug of the visit does not add up by so much: why, and the incident that looks into it."""

    visit: str
    micrograms: int  # above zero: less is accounted for than was drawn
    reason: str
    incident: str
    owner: str  # name


@kind("incident-opened")
class IncidentOpened:
    """In the clinic's ledger: something that is looked into, with who answers for it. No clinical detail."""

    incident: str
    what: str
    chart: str
    visit: str
    owner: str  # user
    owner_name: str


@kind("incident-closed")
class IncidentClosed:
    """In the clinic's ledger: what was found, and what was done."""

    incident: str
    outcome: str
