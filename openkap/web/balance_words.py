"""The drug of a visit as sentences."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import balance as b
from openkap.clinical.micrograms import in_mg


def _drawn(fact: b.DrugDrawn) -> str:
    whole = in_mg(fact.units * fact.each)
    return f"Taken out: {fact.units} × {in_mg(fact.each)} = {whole}, lot {fact.number}"


SENTENCES: dict[type, Callable[[Any], str]] = {
    b.DrugDrawn: _drawn,
    b.DrugReturned: lambda f: f"Put back unopened: {f.units}",
    b.DrugWasted: lambda f: f"Wasted {in_mg(f.micrograms)}: {f.how}",
    b.WasteWitnessed: lambda f: f"Waste witnessed by {f.name}",
    b.VarianceRecorded: lambda f: (
        f"The drug does not add up by {in_mg(f.micrograms)}: {f.reason}. {f.owner} looks into it"
    ),
}
