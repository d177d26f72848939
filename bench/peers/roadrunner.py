"""libRoadRunner: an SBML model compiled once, its parameters changed for each person, solved by CVODE."""

import numpy as np
from roadrunner import RoadRunner

from bench.peers.case import ATOL, MINUTES, RTOL, Array, Case, answer

SCHEMA, MATH = "http://www.sbml.org/sbml/level3/version1/core", "http://www.w3.org/1998/Math/MathML"
NAMES = ("k10", "k12", "k21", "k13", "k31")
FLOWS = {
    "in": ("", "centre", "<ci>rate</ci>"),
    "out": ("centre", "", "<apply><times/><ci>k10</ci><ci>centre</ci></apply>"),
    "to_fast": ("centre", "fast", "<apply><times/><ci>k12</ci><ci>centre</ci></apply>"),
    "from_fast": ("fast", "centre", "<apply><times/><ci>k21</ci><ci>fast</ci></apply>"),
    "to_slow": ("centre", "slow", "<apply><times/><ci>k13</ci><ci>centre</ci></apply>"),
    "from_slow": ("slow", "centre", "<apply><times/><ci>k31</ci><ci>slow</ci></apply>"),
}


def sbml() -> str:
    """Level 3: amounts in mg, rates per minute."""
    species = "".join(
        f'<species id="{name}" compartment="body" initialAmount="0" hasOnlySubstanceUnits="true" '
        'boundaryCondition="false" constant="false"/>'
        for name in ("centre", "fast", "slow")
    )
    parameters = "".join(f'<parameter id="{name}" value="1" constant="false"/>' for name in (*NAMES, "rate"))
    return (
        f'<sbml xmlns="{SCHEMA}" level="3" version="1"><model id="three">'
        '<listOfCompartments><compartment id="body" size="1" constant="true"/></listOfCompartments>'
        f"<listOfSpecies>{species}</listOfSpecies><listOfParameters>{parameters}</listOfParameters>"
        f"<listOfReactions>{''.join(reaction(name, *flow) for name, flow in FLOWS.items())}</listOfReactions>"
        "</model></sbml>"
    )


def reaction(name: str, source: str, target: str, law: str) -> str:
    def side(tag: str, species: str) -> str:
        one = f'<speciesReference species="{species}" stoichiometry="1" constant="true"/>'
        return f"<listOf{tag}>{one}</listOf{tag}>" if species else ""

    return (
        f'<reaction id="{name}" reversible="false" fast="false">'
        f"{side('Reactants', source)}{side('Products', target)}"
        f'<kineticLaw><math xmlns="{MATH}">{law}</math></kineticLaw></reaction>'
    )


def curves(case: Case, model: RoadRunner) -> Array:
    made = np.empty((case.v1.size, MINUTES))
    for number in range(case.v1.size):
        model.reset()
        for name in NAMES:
            model.setValue(name, float(getattr(case, name)[number]))
        model.setValue("rate", case.mg_per_min)
        during = model.simulate(0, case.until_min, case.until_min + 1)
        made[number, : case.until_min + 1] = during[:, 0]
        model.setValue("rate", 0.0)
        after = model.simulate(case.until_min, MINUTES - 1, MINUTES - case.until_min)
        made[number, case.until_min :] = after[:, 0]
    return made * (1000 / case.v1)[:, np.newaxis]


if __name__ == "__main__":
    loaded = RoadRunner(sbml())
    loaded.timeCourseSelections = ["centre"]
    loaded.integrator.relative_tolerance, loaded.integrator.absolute_tolerance = RTOL, ATOL
    answer(lambda case: curves(case, loaded), 500)
