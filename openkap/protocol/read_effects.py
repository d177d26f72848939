"""What links a concentration to an effect: effect site, experience, blood pressure, occupancy."""

from openkap.kinetics.published import Blocker, Experience, Links, Pressure
from openkap.protocol.read_parameters import positive, read_parameter
from openkap.protocol.read_rules import read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

_MOLES = ("ketamine", "norketamine", "hydroxynorketamine")


def read_effects(table: Table, known: Known) -> Links:
    basis, _ = read_basis(table, known)
    moles = table.table("g_per_mol")
    g_per_mol = {name: positive(moles, name) for name in _MOLES}
    moles.close()
    made = Links(
        table.text("effect_model"),
        read_parameter(table.table("ke0"), "ke0", basis),
        positive(table, "between_models_log_sd"),
        _experience(table.table("experience"), known),
        _pressure(table.table("pressure"), known),
        positive(table, "fraction_unbound"),
        tuple(_blocker(one, known) for one in table.tables("blocker")),
        g_per_mol,
    )
    table.close()
    return made


def _experience(table: Table, known: Known) -> Experience:
    basis, sources = read_basis(table, known)
    c50 = read_parameter(table.table("c50_ng_per_ml"), "c50", basis)
    made = Experience(c50, positive(table, "onset_share"), positive(table, "core_share"), basis, sources)
    table.close()
    return made


def _pressure(table: Table, known: Known) -> Pressure:
    made = Pressure(
        positive(table, "systolic_per_ng_per_ml"),
        positive(table, "diastolic_per_systolic"),
        positive(table, "person_sd_mmhg"),
        positive(table, "window_share"),
        *read_basis(table, known),
    )
    table.close()
    return made


def _blocker(table: Table, known: Known) -> Blocker:
    made = Blocker(
        table.text("title"),
        positive(table, "s_ketamine"),
        positive(table, "r_ketamine"),
        positive(table, "s_norketamine") if "s_norketamine" in table else None,
        positive(table, "r_norketamine") if "r_norketamine" in table else None,
        table.get("free", bool),
        *read_basis(table, known),
    )
    table.close()
    return made
