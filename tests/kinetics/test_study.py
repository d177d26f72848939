"""What is asked, before anything is simulated: who is outside every published model."""

import pytest

from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.study import study
from openkap.kinetics.units import Kilograms, Milligrams, Minutes
from openkap.protocol.read_kinetics import published

INFUSION = Regimen((Dose("iv", Milligrams(35), Minutes(0), Minutes(40)),))


@pytest.mark.parametrize("kg", [38.9, 170.1])
def test_a_weight_no_model_covers_is_refused(kg: float) -> None:
    with pytest.raises(
        Refused, match=f"{kg:g} kg is outside the 39 to 170 kg that any published model covers"
    ):
        study(INFUSION, Person(Kilograms(kg)), published())


@pytest.mark.parametrize("kg", [39, 170])
def test_a_weight_that_some_model_covers_is_studied(kg: float) -> None:
    assert study(INFUSION, Person(Kilograms(kg)), published(), "otto").model.id == "otto"
