"""What a dose is drawn from: a lot of the clinic, no stronger than its route takes, in whole devices."""

from openkap.actions.door import Act
from openkap.actions.formulary import chosen_lot
from openkap.clinical.protocol import Route
from openkap.clinical.quantity import MgPerMl, Milligrams, plain
from openkap.clinical.refusal import BadInput


def from_lot(act: Act, lot: str, concentration: MgPerMl | None, route: str) -> tuple[str, MgPerMl | None]:
    """Where the clinic records lots, number and strength are those of the lot, whatever was typed."""
    if not act.protocol.formulary.lots:
        return lot, concentration
    found = chosen_lot(act.who, act.protocol, lot, route, act.at)
    return found.number, found.concentration


def drawn_up(route: Route, concentration: MgPerMl | None) -> None:
    if concentration is None and route.drawn_up:
        raise BadInput("concentration", "it is missing", "Write the mg/mL on the vial")
    if strong := too_strong(concentration, route):
        raise BadInput("concentration", strong, "Dilute it, and write the mg/mL after dilution")


def too_strong(drawn: MgPerMl | None, route: Route) -> str:
    strongest = route.strongest_mg_per_ml
    if strongest is None or drawn is None or drawn.value <= strongest:
        return ""
    return f"{drawn} is stronger than {plain(strongest)} mg/mL, the most for {route.title.lower()}"


def whole_devices(amount: Milligrams, route: Route) -> None:
    if route.device_mg and amount.value % route.device_mg:
        says = f"the spray comes in devices of {plain(route.device_mg)} mg, and {amount} is no whole number"
        raise BadInput("amount", says, "Have the plan changed")


def counted(act: Act, stock: str | None, amount: Milligrams) -> str:
    """How many of a lot that is no solution the dose is, as the end of its sum; "" for a solution."""
    lot = act.protocol.formulary.lots.get(stock or "")
    if lot is None or lot.of.form == "solution":
        return ""
    whole, left = divmod(amount.value, lot.of.unit.value)
    if left:
        return f", which is no whole number of {lot.of.form}s of {lot.of.unit}"
    return f" = {plain(whole)} × {lot.of.form} of {lot.of.unit}"
