"""One rule of the protocol: its sentence, what it asks, what to do, and where it comes from."""

from django.http import HttpRequest, HttpResponse

from openkap.clinical.protocol import BASIS_SAYS
from openkap.clinical.wording import condition
from openkap.web import words
from openkap.web.door import absent, needs, show


@needs("self")
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    protocol = request.protocol
    found = next((known for known in protocol.rules if known.id == rule), None)
    if found is None:
        return absent(request)
    context = {
        "rule": found,
        "speaks": condition(found.when, protocol),
        "means": next(
            (means for key, _, means in words.GROUPS if key == found.then),
            "A line of the preparation checklist. It asks, and stops nothing.",
        ),
        "second": words.another(found.second) if found.second else "",
        "grade": words.grade(found.then),
        "basis": BASIS_SAYS[found.basis],
        "sources": [protocol.sources[name] for name in found.sources if name in protocol.sources],
        "protocol": protocol,
    }
    return show(request, "rule.html", context)
