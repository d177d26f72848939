"""Which devices send into a visit: a named person binds them, and unbinds them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import devices as act
from openkap.records import devices as records
from openkap.records import policy
from openkap.web import pages
from openkap.web.door import absent, go, needs, show
from openkap.web.sending import sending
from openkap.web.typed import Typed

OVER = ("closed", "stopped")


@needs("visit.read")
def in_the_room(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """The devices of this visit, and those of the clinic that could be bound to it."""
    frame = pages.of(request, chart, permission="visit.read", here="dosing")
    this = next((found for found in frame["status"].visits if found.id == visit), None)
    if this is None:
        return absent(request)
    context = {
        "visit": this,
        "over": this.phase in OVER,
        "sending": sending(frame["chart"], visit, request.protocol, request.at),
        "may": policy.may(request.principal, "visit.observe"),
        "free": [("", "Choose"), *_free(request)],
        "elsewhere": _elsewhere(request, str(chart), visit),
    }
    return show(request, "room/devices_page.html", frame | context)


def _free(request: HttpRequest) -> list[tuple[str, str]]:
    rows = records.listed(request.principal)
    taken = records.bindings(row.device for row in rows)
    return [(row.device, _called(row)) for row in rows if row.device not in taken]


def _called(row: Any) -> str:
    return f"{row.name}, {act.LANGUAGES[row.language]}" + (f", bed {row.bed}" if row.bed else "")


def _elsewhere(request: HttpRequest, chart: str, visit: str) -> list[str]:
    """Names of devices that are bound to another visit: whose is not said here."""
    rows = records.listed(request.principal)
    taken = records.bindings(row.device for row in rows)
    return [
        row.name
        for row in rows
        if row.device in taken
        and (str(taken[row.device].chart_id), taken[row.device].visit) != (chart, visit)
    ]


@needs("visit.observe", back=in_the_room)
def bind(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """From now on this device's readings are this visit's."""
    typed = Typed(request)
    rows = {row.device: row.name for row in records.listed(request.principal)}
    device = typed.choice("device", rows)
    if "yes" not in typed.several("seen", ("yes",)):
        typed.fault("seen", "it was not confirmed", "Look at the device and at the patient first")
    typed.done()
    act.bind_device(request.principal, str(chart), at=request.at, visit=visit, device=device)
    return go(request, "visit-devices", said=f"{rows[device]} is bound.", chart=chart, visit=visit)


@needs("visit.observe", back=in_the_room)
def unbind(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """What this device sends from now on is nobody's."""
    typed = Typed(request)
    device = typed.text("device", todo="Choose the device")
    typed.done()
    act.unbind_device(request.principal, str(chart), at=request.at, visit=visit, device=device)
    return go(request, "visit-devices", said="Unbound.", chart=chart, visit=visit)
