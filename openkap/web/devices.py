"""The clinic's devices: who may send and how each is known, and what was put aside."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import devices as act
from openkap.actions.devices import Known
from openkap.records import devices as records
from openkap.records import heard, policy
from openkap.web.door import go, needs, show
from openkap.web.sending import clock_words
from openkap.web.typed import Typed

SHOWN_BYTES = 20_000
"""Of one message. The file has it whole, and so has the database."""


@needs("device.read")
def devices(request: HttpRequest, device: str = "", key: str = "") -> HttpResponseBase:
    """Every device with when it was last heard, and the form that registers one.

    `device`: whose form came back; `key`: of the one just registered, shown this once.
    """
    return show(request, "devices/devices.html", _context(request) | {"key": key, "again": device})


def _context(request: HttpRequest) -> dict[str, Any]:
    who, rows = request.principal, records.listed(request.principal)
    lights, bindings = (found(row.device for row in rows) for found in (heard.of, records.bindings))
    return {
        "devices": [_shown(row, lights.get(row.device), bindings.get(row.device)) for row in rows],
        "may_register": policy.may(who, "device.register"),
        "may_see_aside": policy.may(who, "quarantine.read"),
        "languages": list(act.LANGUAGES.items()),
    }


def _shown(row: Any, light: Any, binding: Any) -> dict[str, Any]:
    return {
        "row": row,
        "language": act.LANGUAGES[row.language],
        "addresses": row.addresses.split(),
        "bound": binding is not None,
        "light": light,
        "clock": clock_words(light) if light else "",
    }


@needs("device.register", back=devices)
def register(request: HttpRequest) -> HttpResponseBase:
    """A device may send. Its key, where it gets one, is on the page that answers and nowhere else."""
    typed = Typed(request)
    name = typed.text("name", todo="Write what the room calls it")
    language = typed.choice("language", act.LANGUAGES)
    known = Known(
        certificate=typed.text("certificate", required=False),
        addresses=tuple(typed.text("addresses", required=False).replace(",", " ").split()),
        bed=typed.text("bed", required=False),
    )
    typed.done()
    _, key = act.register_device(request.principal, name=name, language=language, known=known, at=request.at)
    if not key:
        return go(request, "devices", said=f"{name} is registered. It sends once it is bound in a room.")
    request.method = "GET"  # the form was taken, so the page is drawn with an empty one
    return devices(request, key=key)


@needs("device.register", back=devices)
def retire(request: HttpRequest, device: str) -> HttpResponseBase:
    """A device may send no more."""
    typed = Typed(request)
    reason = typed.text("reason", todo="Write why")
    typed.done()
    act.retire_device(request.principal, device=device, reason=reason, at=request.at)
    return go(request, "devices", said="It may send no more.")


@needs("quarantine.read")
def put_aside(request: HttpRequest) -> HttpResponseBase:
    """What was put aside, newest first."""
    names = {row.device: row.name for row in records.listed(request.principal)}
    items = [
        {"row": row, "name": names.get(row.device, "a retired device")}
        for row in records.put_aside(request.principal)
    ]
    return show(request, "devices/aside.html", {"items": items, "most": records.LISTED})


@needs("quarantine.read")
def one_aside(request: HttpRequest, item: UUID) -> HttpResponseBase:
    """One thing put aside, as it came."""
    row = records.aside(request.principal, str(item))
    raw = bytes(row.raw)
    text = raw[:SHOWN_BYTES].decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n")
    named = records.named(row.device)
    context = {"row": row, "name": named.name if named else "", "text": text, "cut": len(raw) > SHOWN_BYTES}
    return show(request, "devices/one_aside.html", context)
