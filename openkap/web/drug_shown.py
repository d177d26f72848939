"""What the room shows of the drug of a visit: what is out, what waits for a witness, the whole sum."""

from typing import Any

from django.http import HttpRequest

from openkap.clinical import balance as sums
from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries.balance import DrugWasted, WasteWitnessed
from openkap.clinical.micrograms import in_mg
from openkap.records import policy
from openkap.records.competence import staff


def of(request: HttpRequest, chart: Chart, visit: Visit) -> dict[str, Any]:
    """The context of templates/room/drug.html."""
    found = sums.balance(chart, visit, request.protocol, request.at)
    left = [one for one in found.draws if one.left > 0]
    return {
        "drug": found,
        "drug_draws": [
            {
                "says": f"{one.units} × {in_mg(one.each)}, lot {one.number}",
                "left": in_mg(one.left),
                "at": one.at,
            }
            for one in found.draws
        ],
        "drug_left": [
            ("", "Choose"),
            *((one.id, f"lot {one.number}, {in_mg(one.left)} left") for one in left),
        ],
        "drug_waiting": _waiting(request, chart, visit),
        "witness_within": request.protocol.span(sums.WITNESS_WITHIN),
        "drug_off": sums.off(found, request.protocol),
        "may_witness": policy.may(request.principal, "drug.witness"),
        "owners": [
            ("", "Choose"),
            *((id, f"{u.name}, {u.role}") for id, u in staff(request.principal.clinic).items()),
        ]
        if visit.phase in ("discharged", "stopped")
        else [],
    }


def _waiting(request: HttpRequest, chart: Chart, visit: Visit) -> list[dict[str, Any]]:
    """Waste that may still be witnessed, with the time until when."""
    seen = {fact.waste for fact in chart.facts(WasteWitnessed)}
    span = request.protocol.span(sums.WITNESS_WITHIN)
    return [
        {
            "id": str(e.id),
            "amount": in_mg(e.fact.micrograms),
            "how": e.fact.how,
            "until": e.recorded_at + span,
        }
        for e in chart.all(DrugWasted)
        if e.fact.visit == visit.id
        and str(e.id) not in seen
        and sums.in_time(e, request.protocol, request.at)
    ]
