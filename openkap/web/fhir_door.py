"""POST /fhir/Observation: a registered device sends one Observation with its key, and hears what came of it.

Key first, then size, then parse. Every answer is an OperationOutcome; nothing sent is ever fetched from.
"""

from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from openkap.actions import doors
from openkap.actions.devices import key_hash
from openkap.actions.doors import Receipt
from openkap.clinical.refusal import BadInput
from openkap.fhir import json_text, vital_sign
from openkap.protocol.doors import doors as limits
from openkap.records import devices
from openkap.records.models import DeviceRow
from openkap.records.onecommit import Busy
from openkap.web.door import needs

KINDS = ("application/fhir+json", "application/json")
SCHEME = "Bearer "
LONGEST_KEY = 200


@csrf_exempt
@needs("public")
def observation(request: HttpRequest) -> HttpResponseBase:
    """Take one. 200: stored; 400, 422: put aside; 409: bound to no visit; else it was not looked at."""
    device = _device(request)
    if device is None:
        return _refused(401, "login", "No registered device has this key.")
    if request.method != "POST":
        return _refused(405, "not-supported", "Observations are sent by POST.")
    if request.content_type not in KINDS:
        return _refused(415, "not-supported", "Send the Observation as application/fhir+json.")
    body = request.read(limits().fhir_bytes + 1)
    if len(body) > limits().fhir_bytes:
        return _refused(413, "too-long", f"It is longer than {limits().fhir_bytes} bytes.")
    try:
        return _answered(request, device, body)
    except (Busy, TimeoutError):
        return _refused(503, "transient", "Too much is waiting to be stored. Send it again.")


def _answered(request: HttpRequest, device: DeviceRow, body: bytes) -> HttpResponse:
    try:
        tree, plain = json_text.parse(body, "Observation")
        message = vital_sign.read(tree, plain)
    except BadInput as fault:
        receipt = doors.put_aside(device, body, str(fault), at=request.at)
        return _told(receipt, 400)
    return _told(doors.receive(device, message, at=request.at), 422)


def _told(receipt: Receipt, wrong: int) -> HttpResponse:
    if receipt.turned_away:
        return _refused(409, "conflict", receipt.turned_away)
    issues = [_issue("error" if not receipt.stored else "warning", "invalid", why) for why in receipt.aside]
    if receipt.stored or not issues:
        return _outcome(200, [_issue("information", "informational", f"{receipt.stored} stored"), *issues])
    return _outcome(wrong, issues)


def _device(request: HttpRequest) -> DeviceRow | None:
    """The device whose key this is, calling from where it may."""
    said = request.headers.get("Authorization", "")
    if not said.startswith(SCHEME) or len(said) > LONGEST_KEY:
        return None
    found = devices.by_key(key_hash(said.removeprefix(SCHEME).strip()), "fhir")
    if found and found.addresses:
        try:
            here = devices.within(ip_address(request.META["REMOTE_ADDR"]), found.addresses.split())
        except ValueError:
            return None
        return found if here else None
    return found


def _refused(status: int, code: str, words: str) -> HttpResponse:
    response = _outcome(status, [_issue("error", code, words)])
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _issue(severity: str, code: str, words: str) -> dict[str, Any]:
    return {"severity": severity, "code": code, "diagnostics": words[:1000]}


def _outcome(status: int, issues: list[dict[str, Any]]) -> HttpResponse:
    told = {"resourceType": "OperationOutcome", "issue": issues}
    return JsonResponse(told, status=status, content_type="application/fhir+json")
