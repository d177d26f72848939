"""A card for every model and every route: for whom, compared with what, known misfits, constants."""

import pytest

from openkap.kinetics.model import Model, Route
from openkap.protocol.read_kinetics import published
from openkap.reports.lines import Chapter
from openkap.reports.model_cards import models, ways

SHELF = published()
ROUTES = [
    *((route, "") for route in SHELF.routes.values()),
    *((route, one.id) for one in SHELF.models.values() for route in one.routes.values()),
]


def lines(chapter: Chapter) -> dict[str, str]:
    return {line.id: line.speaks or line.says for part in chapter.sections for line in part.lines}


@pytest.mark.parametrize("one", SHELF.models.values(), ids=lambda one: one.id)
def test_a_model_has_its_card(one: Model) -> None:
    """Population, range, every misfit, and every constant with its basis."""
    card = next(part for part in models().sections if part.title == one.title)
    assert one.population in card.note and one.sampled in card.note
    told = [line.speaks for line in card.lines]
    assert [f"{misfit}." in told for misfit in one.misfits] == [True] * len(one.misfits)
    assert lines(models())[f"model-{one.id}-covers"].startswith(f"Fitted to {', '.join(one.valid.routes)}")
    assert card.grid and [row[0] for row in card.grid.rows] == list(one.parameters)
    assert all(row[4].startswith(one.parameters[row[0]].basis) for row in card.grid.rows)
    assert any(line.id.startswith(f"model-{one.id}-beside") for line in card.lines)


@pytest.mark.parametrize(("route", "model"), ROUTES)
def test_a_route_has_its_card(route: Route, model: str) -> None:
    name = f"way-{model}-{route.id}" if model else f"way-{route.id}"
    card = next(part for part in ways().sections if any(line.id == name for line in part.lines))
    assert card.lines[0].says == f"{route.says}."
    assert (card.lines[0].basis, card.lines[0].sources) == (route.basis, route.sources)
    assert [row[0] for row in card.grid.rows] if card.grid else list(route.parameters) == []


def test_a_range_nobody_published_is_said_to_be_missing() -> None:
    told = lines(models())
    assert told["model-domino-covers"] == "Fitted to iv. Not published: age, weight, dose."
    assert told["model-perez-covers"] == (
        "Fitted to intranasal, iv, oral; age 18 to 86 years; weight 39 to 170 kg; dose 14 to 112 mg."
    )


def test_constants_stand_in_the_units_they_are_read_in() -> None:
    """Flows by the hour, with what they depend on and how people differ."""
    rows = {(part.title, row[0]): row for part in models().sections if part.grid for row in part.grid.rows}
    otto = "Otto 2021, its parent drug fixed to Fanta 2015"
    assert rows[otto, "CL"][1:4] == (
        "95.2\u00a0L/h", "16 %", "weight to the power 0.75; enantiomer: R is 0.859 of this"
    )  # fmt: skip
    assert rows[otto, "V2"][1:4] == ("187\u00a0L", "none", "nothing")
    assert rows["Perez-Ruixo 2021", "Qh"][3] == "age: -2.19 L/h a year above 60"
    assert rows["Perez-Ruixo 2021", "kel"][2] == "120 %"


def test_a_trial_is_told_on_the_cards_it_speaks_of() -> None:
    """The film on its model's and its own route's; never on a route it did not use."""
    assert "model-simons-beside-film-50mg" in lines(models())
    assert "way-simons-film-beside-film-50mg" in lines(ways())
    assert "way-oral-beside-film-50mg" not in lines(ways())
    assert lines(models())["model-domino-beside"].startswith("Beside nothing")
    assert lines(ways())["way-oral-beside-grant81"].startswith("Furthest off: peak of ketamine, 2.43 times")
