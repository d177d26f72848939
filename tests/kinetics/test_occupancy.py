"""The same plasma level reads 7 to 61 % by the constants of three laboratories: that is the point."""

import pytest

from openkap.kinetics.occupancy import Enantiomers, occupancies, occupied
from openkap.protocol.read_kinetics import published
from tests.kinetics.asked import dose, typical

LINKS = published().links


def test_185_ng_per_ml_of_racemate_reads_very_differently() -> None:
    half = 185 / 2
    read = [one.percent for one in occupancies(Enantiomers(half, half), LINKS)]
    assert read == pytest.approx([46, 61, 7], abs=0.6)


def test_norketamine_blocks_more() -> None:
    blocker = LINKS.blockers[0]
    alone = occupied(Enantiomers(50, 50), blocker, 0.55, LINKS.g_per_mol)
    assert occupied(Enantiomers(50, 50, 50, 50), blocker, 0.55, LINKS.g_per_mol) > alone


def test_nothing_blocks_nothing() -> None:
    assert occupied(Enantiomers(0, 0), LINKS.blockers[0], 0.55, LINKS.g_per_mol) == 0


def test_esketamine_is_read_without_an_r_enantiomer() -> None:
    """The same milligrams of S block more than of both, for S binds better."""
    both, s_alone = (
        typical(dose("iv", 35, 0, 40), drug=drug, model="k20") for drug in ("racemic", "esketamine")
    )
    assert s_alone.occupancy[0].percent > both.occupancy[0].percent
    assert s_alone.occupancy[0].constants.title
