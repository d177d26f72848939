"""Who cares for this person: a therapist opens a chart only when on its care team."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import office as act
from openkap.records import policy, read
from openkap.records.models import User
from openkap.records.policy import Principal
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed


def colleagues(who: Principal) -> dict[str, User]:
    """Everybody of one's own clinic who may be on a care team, by id."""
    users = User.objects.filter(clinic=who.clinic, role__in=act.CARING_ROLES, is_active=True).order_by("name")
    return {str(user.id): user for user in users}


@needs("chart.read")
def care_team(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The care team, and who else could join it."""
    frame = pages.of(request, chart, permission="chart.read")
    members = read.team(request.principal, str(chart))
    on_it = {str(member.user) for member in members}
    others = [(i, f"{u.name}, {u.role}") for i, u in colleagues(request.principal).items() if i not in on_it]
    context = {
        "members": members,
        "others": [("", "Choose"), *others],
        "may_give": policy.may(request.principal, "code.give"),
        "may_change": policy.may(request.principal, "team.change"),
    }
    return show(request, "preparation/care_team.html", frame | context)


@needs("team.change", back=care_team)
def join(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A colleague may read and write this chart from now on."""
    typed, staff = Typed(request), colleagues(request.principal)
    chosen = typed.choice("user", staff)
    typed.done()
    user = staff[chosen]
    act.join_care_team(
        request.principal, str(chart), at=request.at, user=chosen, name=user.name, role=user.role
    )
    return go(request, "team", chart=chart, said=f"{user.name} is on the care team.")


@needs("team.change", back=care_team)
def leave(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A colleague no longer cares for this person."""
    typed = Typed(request)
    user = typed.text("user", todo="Choose who leaves")
    reason = typed.text("reason", todo="Write why")
    typed.done()
    act.leave_care_team(request.principal, str(chart), at=request.at, user=user, reason=reason)
    return go(request, "team", chart=chart, said="Recorded. They no longer open this chart as its care team.")
