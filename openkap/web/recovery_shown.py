"""What the room shows of recovery: the score, the sums beside the values before, the forms to score with."""

from typing import Any

from django.http import HttpRequest

from openkap.clinical import recovery as clinical
from openkap.clinical import rems
from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.moments import in_words
from openkap.records import policy
from openkap.web import score_form


def of(request: HttpRequest, chart: Chart, visit: Visit) -> dict[str, Any]:
    """The context of templates/room/recovery.html."""
    case = Case(chart, request.protocol, request.at, visit.id)
    found = clinical.score(case)
    last = visit.last_drug_at
    return {
        "rems_applies": rems.applies(visit, request.protocol),
        "recovery": found,
        "recovery_scale": request.protocol.instruments[found.fact.instrument] if found else None,
        "recovery_enough": request.protocol.count(clinical.ENOUGH),
        "compared": clinical.compared(case),
        "since_drug": in_words(request.at - last) if last else "",
        "recovery_forms": [_form(request, name) for name in clinical.SCALES]
        if policy.may(request.principal, "score.record")
        else [],
    }


def _form(request: HttpRequest, name: str) -> dict[str, Any]:
    scale = request.protocol.instruments[name]
    return {"scale": scale, "questions": score_form.questions(scale), "called": f"recovery-{name}"}
