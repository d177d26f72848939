"""What is given to whom: doses with their minutes, one person, and what cannot be meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from openkap.kinetics.model import Route
from openkap.kinetics.refusal import Refused
from openkap.kinetics.units import Kilograms, MgPerKg, Milligrams, Minutes, Years, kind

DRUGS = ("racemic", "esketamine")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the forecast is for. Age matters to one model and to what the others cover."""

    weight: Kilograms
    age: Years | None = None

    def __post_init__(self) -> None:
        kind("weight", self.weight, Kilograms)
        if self.age is not None:
            kind("age", self.age, Years)
        if self.weight.value == 0:
            raise Refused("weight", "nobody weighs 0 kg", "Weigh again")


@dataclass(frozen=True, slots=True)
class Dose:
    """Ketamine base by one route, at `start` or evenly until `end`. `devices`: sprays it was counted in.

    An infusion whose rate changes is one dose after another.
    """

    route: str
    amount: Milligrams | MgPerKg
    start: Minutes
    end: Minutes | None = None
    devices: int = 0
    spat_out: bool = False

    def __post_init__(self) -> None:
        kind("dose", self.amount, Milligrams, MgPerKg)
        kind("time", self.start, Minutes)
        if self.end is not None:
            kind("time", self.end, Minutes)

    def mg(self, person: Person) -> float:
        per_kg = isinstance(self.amount, MgPerKg)
        return self.amount.value * person.weight.value if per_kg else self.amount.value


@dataclass(frozen=True, slots=True)
class Regimen:
    """Doses of one drug: "racemic" or "esketamine"."""

    doses: tuple[Dose, ...]
    drug: str = "racemic"

    def __post_init__(self) -> None:
        if self.drug not in DRUGS:
            raise Refused("drug", f"{self.drug!r} is not one of {', '.join(DRUGS)}")
        if not self.doses:
            raise Refused("dose", "there is none", "Give at least one dose")
        for dose in self.doses:
            _check_minutes(dose)
            if dose.amount.value == 0:
                raise Refused("dose", "a dose of nothing changes nothing", "Leave it out or write its amount")


def _check_minutes(dose: Dose) -> None:
    if dose.end is None:
        return
    if dose.route != "iv":
        raise Refused("dose", f"only an infusion ends, and this is {dose.route}", "Leave out its end")
    if dose.end.value == dose.start.value:
        raise Refused(
            "dose",
            f"an infusion from minute {dose.start.value:g} to itself has no length",
            "Give its end, or no end for a bolus",
        )
    if dose.end.value < dose.start.value:
        raise Refused(
            "dose",
            f"an infusion cannot end at minute {dose.end.value:g}, before it starts at {dose.start.value:g}",
        )


def check_spat_out(dose: Dose, route: Route) -> None:
    """Refuse a dose of which nothing was held and the rest swallowed."""
    if dose.spat_out and len({part.swallowed for part in route.parts}) < 2:
        raise Refused(
            "dose",
            f"nothing of a dose {route.title[:1].lower()}{route.title[1:]} is held in the mouth and spat out",
            "Leave that out, or take the route where it is held",
        )


def check_devices(doses: Sequence[Dose], route: Route, person: Person) -> None:
    """Refuse what a model that counts devices cannot know; `doses` are those of its route."""
    if route.devices is None:
        return
    for dose in doses:
        whole = dose.devices * route.devices.mg
        if not dose.devices or abs(dose.mg(person) - whole) > 1e-9 * whole:
            raise Refused(
                "dose",
                f"the spray is counted in devices of {route.devices.mg:g} mg, and {dose.amount} is none",
                f"Write in:2x{route.devices.mg:g}mg for two",
            )
        if dose.devices > route.devices.most:
            raise Refused(
                "dose", f"{dose.devices} devices at once were never studied", f"Up to {route.devices.most}"
            )
    longest = max((route.parameters[part.over].value for part in route.parts if part.over), default=0.0)
    starts = sorted(dose.start.value for dose in doses)
    for earlier, later in zip(starts, starts[1:], strict=False):
        if later - earlier < longest:
            raise Refused(
                "dose",
                f"devices at minutes {earlier:g} and {later:g} overlap; what a later one adds is not known",
                "Write them as one dose of several devices",
            )
