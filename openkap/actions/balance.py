"""The drug of a visit: taken out, put back, thrown away before a witness, and a difference answered for."""

from uuid import UUID, uuid5

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, positive
from openkap.actions.formulary import chosen_lot
from openkap.clinical.answers import Visit
from openkap.clinical.balance import Balance, Drawn, balance, in_time
from openkap.clinical.entries import Entry
from openkap.clinical.entries.balance import (
    DrugDrawn,
    DrugReturned,
    DrugWasted,
    IncidentOpened,
    VarianceRecorded,
    WasteWitnessed,
)
from openkap.clinical.micrograms import in_mg, micrograms
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.records import competence, ledger


@action("dose.give")
def draw(
    act: Act, *, visit: str, units: int, lot: str = "", number: str = "", each: Milligrams | None = None
) -> None:
    """Whole units were taken from a lot; where the clinic records none, by `number` and `each`."""
    found = _unclosed(act, visit)
    positive(units, "units")
    if act.protocol.formulary.lots:
        chosen = chosen_lot(act.who, act.protocol, lot, found.route, act.at)
        number, each = chosen.number, chosen.of.unit
    needed(number, "number", "Write the lot number as printed")
    if each is None or each.value <= 0:
        raise BadInput("each", f"{each or 'nothing'} is not above nothing", "Write the mg of one vial")
    act.write(DrugDrawn(visit=visit, lot=lot, number=number, units=units, each=micrograms(each, "each")))


@action("dose.give")
def give_back(act: Act, *, visit: str, drawn: str, units: int) -> None:
    """Units were put back unopened: at most what of them is left."""
    one = _drawn(act, visit, drawn)
    positive(units, "units")
    if units * one.each > one.left:
        raise BadInput("units", f"only {in_mg(one.left)} of lot {one.number} is left", "Count them again")
    act.write(DrugReturned(visit=visit, drawn=drawn, units=units))


@action("dose.give")
def waste(act: Act, *, visit: str, drawn: str, amount: Milligrams, how: str) -> None:
    """What was left was thrown away. It counts when somebody else has signed that they saw it."""
    one = _drawn(act, visit, drawn)
    if amount.value <= 0:
        raise BadInput("amount", f"{amount} is not above nothing", "Write the milligrams thrown away")
    count = micrograms(amount, "amount")
    if count > one.left:
        raise BadInput(
            "amount", f"only {in_mg(one.left)} of lot {one.number} is left", "Check the milligrams"
        )
    how = needed(how, "how", "Write how it was made useless")
    act.write(DrugWasted(visit=visit, drawn=drawn, micrograms=count, how=how))


@action("drug.witness")
def witness(act: Act, *, visit: str, waste: str) -> None:
    """The writer saw the waste: another user than who recorded it, in time, and once."""
    _unclosed(act, visit)
    found = _waste(act, visit, waste)
    if found.author == act.who.user:
        raise BadInput("waste", "you threw it away yourself", "Ask somebody else who saw it")
    if any(fact.waste == waste for fact in act.chart.facts(WasteWitnessed)):
        raise BadInput("waste", "this was witnessed already", "Look at the visit again")
    if not in_time(found, act.protocol, act.at):
        raise BadInput("waste", "it was recorded too long ago to be witnessed", "Record it again, together")
    act.write(WasteWitnessed(visit=visit, waste=waste, name=act.who.name, role=act.who.role))


@action("visit.close")
def accept_variance(act: Act, *, visit: str, reason: str, owner: str) -> None:
    """The drug does not add up: why, and who of the clinic looks into it. An incident is opened."""
    found = _unclosed(act, visit)
    sum = balance(act.chart, found, act.protocol, act.at)
    if sum.settled:
        raise BadInput("visit", "there is no difference to answer for", "Close the visit")
    staff = competence.staff(act.who.clinic)
    if owner not in staff:
        raise BadInput("owner", "this person does not work here", "Choose somebody from the list")
    reason = needed(reason, "reason", "Write what is known about it")
    incident, name = act.new_id(), staff[owner].name
    act.write(
        VarianceRecorded(visit=visit, micrograms=sum.variance, reason=reason, incident=incident, owner=name)
    )
    _open_incident(act, visit, sum, incident, owner, name)


def _open_incident(act: Act, visit: str, sum: Balance, incident: str, owner: str, name: str) -> None:
    fact = IncidentOpened(
        incident=incident,
        what=f"The drug of a visit does not add up: {sum.line}",
        chart=act.chart.subject.removeprefix("chart:"),
        visit=visit,
        owner=owner,
        owner_name=name,
    )
    # Named after the sender's id, so that sending twice opens one.
    id = uuid5(act.terms.id, "incident-opened") if act.terms.id else None
    act.drafts.append(ledger.Draft(f"clinic:{UUID(act.who.clinic)}", fact, act.at, id=id))


def _unclosed(act: Act, visit: str) -> Visit:
    """A visit that was stopped still has its drug to account for."""
    found = act.visit(visit)
    if found.phase == "closed":
        raise BadInput("visit", "the visit is closed", "Its drug was accounted for")
    return found


def _drawn(act: Act, visit: str, drawn: str) -> Drawn:
    found = _unclosed(act, visit)
    draws = balance(act.chart, found, act.protocol, act.at).draws
    one = next((each for each in draws if each.id == drawn), None)
    if one is None:
        raise BadInput("drawn", "nothing like this was taken out", "Record first what was taken out")
    return one


def _waste(act: Act, visit: str, waste: str) -> Entry:
    wastes = act.chart.all(DrugWasted)
    found = next((e for e in wastes if str(e.id) == waste and e.fact.visit == visit), None)
    if found is None:
        raise BadInput("waste", "no such waste is recorded", "Look at the visit again")
    return found
