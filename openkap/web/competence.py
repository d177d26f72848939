"""Who of the clinic is signed off in what, and until when."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from openkap.actions import competence as act
from openkap.clinical.plan_weighing import standing
from openkap.records import competence as records
from openkap.records import policy
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed


@needs("competence.read")
def competences(request: HttpRequest) -> HttpResponseBase:
    """Each competence with everybody who was ever signed off in it, and the form that records one."""
    who = request.principal
    known = request.protocol.planning.competences
    newest = standing(records.recorded(who.clinic))
    today = timezone.localtime(request.at).date()
    context = {
        "shelves": [
            {"competence": one, "people": _people([r for r in newest if r.competence == one.id], today)}
            for one in known.values()
        ],
        "may_record": policy.may(who, "competence.record"),
        "staff": [("", "Choose"), *_colleagues(who)],
        "kinds": [("", "Choose"), *((one.id, one.title) for one in known.values())],
    }
    return show(request, "competences.html", context)


def _people(found: list[Any], today: Any) -> list[dict[str, Any]]:
    ordered = sorted(found, key=lambda one: (one.valid_until < today, one.name))
    return [{"record": one, "valid": one.valid_until >= today} for one in ordered]


def _colleagues(who: Any) -> list[tuple[str, str]]:
    return [
        (user, f"{one.name}, {one.role}")
        for user, one in records.staff(who.clinic).items()
        if user != who.user
    ]


@needs("competence.record", back=competences)
def record(request: HttpRequest) -> HttpResponseBase:
    """Somebody is signed off until a day."""
    typed = Typed(request)
    user = typed.choice("user", records.staff(request.principal.clinic))
    competence = typed.choice("competence", request.protocol.planning.competences)
    until = typed.day("valid_until")
    typed.done()
    entry = act.record_competence(
        request.principal, user=user, competence=competence, valid_until=until, at=request.at
    )
    return go(request, "competences", said=f"Recorded for {entry.fact.name}.")
