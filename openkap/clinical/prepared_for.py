"""What a protocol asks of preparation, as frozen types: permissions, holds, the lines of the checklist."""

from dataclasses import dataclass
from datetime import timedelta

from openkap.clinical.rules import Absent


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing the patient may allow or not."""

    id: str
    group: str  # "touch" · "recording" · "people"
    says: str
    document: str  # the consent it is given under; empty: none
    rehearsed: bool  # counts only once it was tried out sober
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """What is not eaten, drunk or taken before a dose, or asked about; `{medicine}` is the person's own."""

    id: str
    says: str
    note: str
    before: timedelta | None  # how long before the dose it begins; None: nothing to count
    medicines: tuple[str, ...]  # value sets; empty: it is for everybody
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadinessItem:
    """One line of the preparation checklist. It waits while one of its rules speaks."""

    id: str
    title: str
    rules: tuple[str, ...]  # rule ids, the first names who, basis and sources
    shows: Absent  # the fact that answers it
    lead: timedelta  # how long before the dose it is wanted
    each_dose: bool  # asked anew for every dose
    place: str  # where on the preparation page it is done
