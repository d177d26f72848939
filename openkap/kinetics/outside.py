"""Where a forecast leaves what its model was fitted to: one sentence each.

The model is named once beside the forecast; here it is "this model", so that its title does not fill a list.
"""

from openkap.kinetics.study import Study


def outside(study: Study) -> tuple[str, ...]:
    """Nothing is refused for this: the curve is drawn, and says how far it can be trusted."""
    return tuple([*_person(study), *_routes(study), *_doses(study)])


def _person(study: Study) -> list[str]:
    valid, person, said = study.model.valid, study.person, []
    mark = " (an assumed range)" if valid.basis == "assumed" else ""
    if valid.weight_kg and not valid.weight_kg[0] <= person.weight.value <= valid.weight_kg[1]:
        low, high = valid.weight_kg
        said.append(f"{person.weight} is outside the {low:g} to {high:g} kg of this model{mark}.")
    if valid.age_years and person.age is None:
        said.append(f"No age was given; this model is of people of {_years(valid.age_years)}{mark}.")
    elif valid.age_years and person.age and not valid.age_years[0] <= person.age.value <= valid.age_years[1]:
        said.append(f"{person.age} is outside the {_years(valid.age_years)} of this model{mark}.")
    if study.regimen.drug == "esketamine" and study.model.drug == "racemic":
        said.append("This model is of the racemate, and the drug is esketamine.")
    if len(study.runs) > 1:
        said.append("This model is of S-ketamine; R-ketamine is the same model with its own clearance.")
    return said


def _years(span: tuple[float, float]) -> str:
    return f"{span[0]:g} to {span[1]:g} years"


def _routes(study: Study) -> list[str]:
    return [
        f"This model was not fitted to this route ({route.title.lower()}): "
        f"how it arrives comes from other studies (basis: {route.basis})."
        for route in study.routes
        if route.id not in study.model.valid.routes
    ]


def _doses(study: Study) -> list[str]:
    span = study.model.valid.dose_mg
    if span is None:
        return []
    mark = " (an assumed range)" if study.model.valid.basis == "assumed" else ""
    return [
        f"{dose.mg(study.person):g} mg is outside the {span[0]:g} to {span[1]:g} mg of this model{mark}."
        for dose in study.regimen.doses
        if not span[0] <= dose.mg(study.person) <= span[1]
    ]
