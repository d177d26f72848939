"""The protocol of a clinic: what is in force, who adopted it, what is open, the draft, its adoption."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from openkap.actions import protocol as actions
from openkap.clinical.differences import differences
from openkap.clinical.entries import Entry
from openkap.clinical.protocol import Protocol
from openkap.protocol.load import STAGES, ProtocolFault, shipped
from openkap.records import in_force, policy
from openkap.records.what_if import what_if
from openkap.web import protocol_draft, words
from openkap.web.door import go, needs, show
from openkap.web.signature import own_name
from openkap.web.typed import Typed


@needs("protocol.read")
def protocol(request: HttpRequest) -> HttpResponseBase:
    """The version in force, the clinic's own changes, what stays off, and every version before."""
    clinic, now = request.principal.clinic, request.protocol
    context = {
        "protocol": now,
        "own": _own(now),
        "by_stage": _by_stage(now),
        "versions": _versions(clinic),
        "draft": in_force.draft(clinic),
        "may_adopt": policy.may(request.principal, "protocol.adopt"),
    }
    return show(request, "protocol/protocol.html", context)


def _own(protocol: Protocol) -> list[dict[str, Any]]:
    """Each change of the clinic with what is other for it than as it ships."""
    found = differences(shipped(), protocol)
    return [
        {"change": change, "says": [one.says for one in found if one.touches == change.touches]}
        for change in protocol.changes
    ]


def _by_stage(protocol: Protocol) -> dict[str, list[Any]]:
    stages = {stage: [one for one in protocol.unset if one.stage == stage] for stage in STAGES}
    return {stage: open_ for stage, open_ in stages.items() if open_}


def _versions(clinic: str) -> list[dict[str, Any]]:
    """Each adoption, newest first, with what it changed beside the one before."""
    told, before = [], shipped()
    for entry in in_force.adoptions(clinic):
        line = {"entry": entry, "fact": entry.fact}
        try:
            made = in_force.laid(entry.fact.overlay)
        except ProtocolFault:
            told.append(line | {"outgrown": True})
            continue
        told.append(line | {"differences": differences(before, made)})
        before = made
    return told[::-1]


@needs("protocol.adopt")
def draft(request: HttpRequest) -> HttpResponseBase:
    """Every gap with its fields, and changes written by hand."""
    newest = in_force.draft(request.principal.clinic)
    faulty = {fault.where for fault in getattr(request, "faults", ())}
    context = protocol_draft.shown(_overlay(request.principal.clinic), faulty)
    return show(request, "protocol/draft.html", context | {"draft": newest})


def _overlay(clinic: str) -> str:
    newest = in_force.draft(clinic)
    return str(newest.fact.overlay) if newest else in_force.overlay(clinic)


@needs("protocol.adopt", back=draft)
def save_draft(request: HttpRequest) -> HttpResponseBase:
    """Keep the draft; nothing is in force by that."""
    typed, who = Typed(request), request.principal
    today = timezone.localtime(request.at).date()
    overlay = protocol_draft.written(
        typed, _overlay(who.clinic), by=f"{who.name}, medical director", on=today
    )
    typed.faults += actions.signing_faults(who, overlay, request.at)
    typed.done()
    actions.save_draft(who, overlay=overlay, at=request.at)
    return go(request, "protocol-adoption", said="The draft is kept. Nothing is in force yet.")


@needs("protocol.adopt", back=draft)
def discard_draft(request: HttpRequest) -> HttpResponseBase:
    """Give up the draft; what is in force stays."""
    actions.discard_draft(request.principal, draft=request.POST.get("draft", ""), at=request.at)
    return go(request, "protocol", said="The draft is discarded. What is in force stays.")


@needs("protocol.adopt")
def adoption(request: HttpRequest) -> HttpResponseBase:
    """What the draft changes, for whom, and what stays off; then the signature."""
    newest = in_force.draft(request.principal.clinic)
    try:
        made = in_force.laid(newest.fact.overlay) if newest else request.protocol
    except ProtocolFault as fault:
        return show(request, "protocol/unfit.html", {"draft": newest, "unfit": fault.faults})
    context = {
        "draft": newest,
        "made": made,
        "differences": differences(request.protocol, made),
        "by_stage": _by_stage(made),
        "tried": _tried(request, made) if "what-if" in request.GET else None,
    }
    return show(request, "protocol/adoption.html", context)


def _tried(request: HttpRequest, made: Protocol) -> dict[str, Any]:
    found = what_if(request.principal, made, request.at)
    lines = [
        {
            "row": row,
            "other": other,
            "now": words.WORST[other.worst_now],
            "then": words.WORST[other.worst_then],
        }
        for row, other in found.changed
    ]
    return {"lines": lines, "asked": found.asked, "same": found.asked - len(lines)}


@needs("protocol.adopt", back=adoption)
def adopt(request: HttpRequest) -> HttpResponseBase:
    """The director's signature puts the draft into force."""
    typed = Typed(request)
    name = own_name(typed, request.principal)
    typed.done()
    entry = actions.adopt(
        request.principal, signed_name=name, draft=typed.data.get("draft", ""), at=request.at
    )
    return go(request, "protocol", said=_adopted(entry))


def _adopted(entry: Entry) -> str:
    left = len(entry.fact.unset)
    off = "Nothing stays off" if not left else f"{left} of its values stay off until they are set"
    return f"The protocol is adopted. {off}."
