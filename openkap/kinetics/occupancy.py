"""How much of a receptor might be blocked, by several laboratories' constants: an illustration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openkap.kinetics.published import Blocker, Links
from openkap.kinetics.units import micromol_per_l


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Percent of receptors by one set of constants, which stands beside it."""

    percent: float
    constants: Blocker


@dataclass(frozen=True, slots=True)
class Enantiomers:
    """ng/mL in plasma of each enantiomer at one moment."""

    s_ketamine: float
    r_ketamine: float
    s_norketamine: float = 0.0
    r_norketamine: float = 0.0


def occupancies(at: Enantiomers, links: Links) -> Sequence[Occupancy]:
    """One for each set of constants. The brain's unbound drug is taken to equal the plasma's."""
    return tuple(
        Occupancy(100 * occupied(at, one, links.fraction_unbound, links.g_per_mol), one)
        for one in links.blockers
    )


def occupied(at: Enantiomers, by: Blocker, unbound: float, g_per_mol: Mapping[str, float]) -> float:
    """x / (1 + x), x the sum of concentration / constant."""
    free = unbound if by.free else 1.0
    pairs = (
        (at.s_ketamine, by.s_ketamine, "ketamine"),
        (at.r_ketamine, by.r_ketamine, "ketamine"),
        (at.s_norketamine, by.s_norketamine, "norketamine"),
        (at.r_norketamine, by.r_norketamine, "norketamine"),
    )
    x = sum(free * micromol_per_l(ng, g_per_mol[drug]) / constant for ng, constant, drug in pairs if constant)
    return x / (1 + x)
