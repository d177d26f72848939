"""A forecast as a page shows it: figure, sentences, facts with their ranges, limits, and the table behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openkap.clinical.protocol import Route
from openkap.kinetics.forecast import Forecast
from openkap.kinetics.refusal import Refused
from openkap.reports.drawing import Drawing
from openkap.reports.forecast_figure import KETAMINE, SIZES, forecast_drawing, level, sentences
from openkap.web import forecasting
from openkap.web.forecast_words import Fact, facts, limits

STEP_MIN = 5
PLAN_ROW_MIN = 20
NO_MINUTES = "The forecast waits for the minutes it is given over."
Size = tuple[str, int, int, int]
_SIZES: tuple[Size, ...] = (("f-desk", 600, 320, 84), *SIZES[1:])
"""As wide as the column of a form, so that the words in the figure keep their size there."""
_LOW, _MEDIAN, _HIGH = 0, 2, -1


@dataclass(frozen=True, slots=True)
class Row:
    """One minute of plasma ketamine, ng/mL as told: median, and 90 of 100 people by this model and by any."""

    minute: int
    median: str
    people: tuple[str, str]
    models: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    says: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    facts: tuple[Fact, ...]
    limits: tuple[str, ...]
    rows: tuple[Row, ...]
    basis: str


def shown(forecast: Forecast, every_min: int, *, sizes: Sequence[Size] = ()) -> Shown:
    """`sizes`: of the drawings; a page that draws by itself asks for none."""
    return Shown(
        sentences(forecast),
        tuple(forecast_drawing(forecast, size) for size in sizes),
        facts(forecast),
        limits(forecast),
        rows(forecast, every_min),
        f"Basis of the model: {forecast.model.basis}.",
    )


def rows(forecast: Forecast, every_min: int) -> tuple[Row, ...]:
    """The whole minutes that `every_min` divides."""
    people, models = forecast.between_people[KETAMINE], forecast.between_models[KETAMINE]
    return tuple(
        Row(
            int(minute),
            level(people[_MEDIAN, at]),
            (level(people[_LOW, at]), level(people[_HIGH, at])),
            (level(models[_LOW, at]), level(models[_HIGH, at])),
        )
        for at, minute in enumerate(forecast.times_min)
        if minute % every_min == 0
    )


def of_plan(frame: dict[str, Any], fields: dict[str, Any], route: Route) -> dict[str, Any]:
    """The forecast of a plan as typed, or the one sentence why there is none. Without a dose: neither."""
    amount = fields["mg_per_kg"] or fields["fixed"]
    if amount is None:
        return {}
    if fields["minutes"] is None:
        return {"forecast_fault": NO_MINUTES}
    try:
        regimen = forecasting.planned(route, amount, fields["minutes"])
        whom = forecasting.person(frame["chart"], frame["status"].at)
        return {"forecast": shown(forecasting.of(regimen, whom), PLAN_ROW_MIN, sizes=_SIZES)}
    except Refused as fault:
        return {"forecast_fault": forecasting.refusal(fault)}
