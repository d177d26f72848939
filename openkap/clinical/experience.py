"""The experience record: before each dose an intention, after it words, later how it turned out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from openkap.clinical.answers import Visit
from openkap.clinical.entries.experience import ExperienceTold, LookedBack
from openkap.clinical.entries.preparation import Intention

if TYPE_CHECKING:  # a case holds a protocol, which holds an Experience
    from openkap.clinical.case import Case


@dataclass(frozen=True, slots=True)
class Experience:
    """What may be said besides one's own words, each by id in the order it is shown."""

    descriptors: Mapping[str, str]
    felt: Mapping[str, str]
    turned_out: Mapping[str, str]
    looks_back_after: timedelta
    basis: str
    sources: tuple[str, ...]


NOTHING_SAID = Experience({}, {}, {}, timedelta(0), "", ())


@dataclass(frozen=True, slots=True)
class OfDose:
    """One dose as it was lived. Each part is None where nobody has told it."""

    visit: Visit
    given_at: datetime
    intention: str  # as it stood when the dose was given; "" where there was none
    told: ExperienceTold | None
    looked_back: LookedBack | None
    asks: str  # "told" · "looked-back" · "": what the patient may be asked next


def record(case: "Case") -> tuple[OfDose, ...]:
    """Every dose by now, oldest first."""
    return tuple(_of(visit, case) for visit in case.dosed)


def _of(visit: Visit, case: "Case") -> OfDose:
    given_at = visit.first_dose_at
    assert given_at is not None, "a dosed visit has a dose"
    told = case.latest(ExperienceTold, visit=visit.id)
    back = case.latest(LookedBack, visit=visit.id)
    before = [entry for entry in case.all(Intention) if entry.effective_at <= given_at]
    asks = ""
    if told is None:
        asks = "told"
    elif back is None and case.at >= given_at + case.protocol.experience.looks_back_after:
        asks = "looked-back"
    return OfDose(
        visit,
        given_at,
        before[-1].fact.words if before else "",
        told.fact if told else None,
        back.fact if back else None,
        asks,
    )
