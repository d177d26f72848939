"""The REMS form of a visit: a named clinician reviews what the chart filled in, then says it was sent."""

from openkap.actions.door import Act, action
from openkap.clinical.case import Case
from openkap.clinical.entries.recovery import RemsAnswer, RemsReviewed, RemsSent
from openkap.clinical.refusal import BadInput
from openkap.clinical.rems import digest, fields, reviewed


@action("rems.review")
def review_rems(act: Act, *, visit: str, shown: str, signed_name: str, answers: tuple[str, ...]) -> None:
    """What was shown is right, and what was missing is answered. `answers`: "<field>\\t<answer>" each.

    `shown`: digest of the fields as the reviewer read them.
    """
    found = fields(_case(act, visit))
    if not found:
        raise BadInput("visit", "no esketamine was given in this visit", "There is no form to review")
    if signed_name.casefold().split() != act.who.name.casefold().split():
        raise BadInput("signed_name", f"this is not {act.who.name}", "Type your own name to sign")
    if shown != digest(found):
        raise BadInput("shown", "the chart changed while you read it", "Read the fields again")
    told = dict(answer.partition("\t")[::2] for answer in answers)
    for one in found:
        if not one.value and not told.get(one.id, "").strip():
            raise BadInput(one.id, f"{one.name.lower()} is missing from the chart", f"Write {one.needs}")
    known = {one.id for one in found if not one.value}
    given = tuple(RemsAnswer(field=id, answer=text.strip()) for id, text in told.items() if id in known)
    act.write(RemsReviewed(visit=visit, sha256=shown, signed_name=act.who.name, answers=given))


@action("rems.review")
def send_rems(act: Act, *, visit: str, reference: str = "") -> None:
    """The reviewed form went to the program. OpenKAP sends nothing itself."""
    case = _case(act, visit)
    if reviewed(case) is None:
        raise BadInput("visit", "the fields as they are now were not reviewed", "Review them first")
    if case.latest(RemsSent, visit=visit):
        raise BadInput("visit", "it was sent already", "Look at the visit again")
    act.write(RemsSent(visit=visit, reference=reference))


def _case(act: Act, visit: str) -> Case:
    act.visit(visit)
    return Case(act.chart, act.protocol, act.at, visit)
