"""The published equations, integrated: a slow second way to every curve that shares nothing with the first.

Constants and equations are those printed for each model (hours or minutes as printed there). `solve` takes
DOP853 at a relative tolerance of 1e-12 and starts anew at every edge of an input.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

H = 1 / 60  # an hour's rate, per minute

CONSTANTS: dict[str, dict[str, float]] = {
    "otto": {
        "V1": 133, "CL": 95.2 * H, "V2": 187, "Q1": 23.2 * H, "V3": 98.8, "Q2": 157 * H,
        "Vn": 98.638, "CLn": 57.72 * H, "Vpn": 160.04, "Qn": 42.778 * H,
    },
    "k20": {"V1": 25, "V2": 56, "V3": 157, "CL": 84 * H, "Q2": 161 * H, "Q3": 79 * H},
    "domino": {"V1": 0.063 * 70, "k10": 0.438, "k12": 0.592, "k13": 0.590, "k21": 0.247, "k31": 0.0146},
    "clements": {"V1": 1.7522 * 70, "k10": 0.0109, "k12": 0.0186, "k21": 0.0137},
    "perez": {
        "Vc": 192, "Q1": 84.3 * H, "Vp1": 143, "Q2": 37.6 * H, "Vp2": 417, "Qh": 151 * H, "Vh": 101,
        "kel": 1.11 * H, "kmet": 2.77 * H, "Vcn": 70, "CLn": 38 * H, "Vpn": 115, "Q3": 26.1 * H,
    },
    "simons": {
        "V1": 11.6, "V2": 39.0, "V3": 174, "CL": 1.48, "Q2": 2.43, "Q3": 1.21, "chain": 2 / 20.1,
        "VN2": 221, "CLn": 1.00, "QN2": 2.63, "hydroxy-chain": 2 / 1.12,
        "VH1": 4.4, "VH2": 87.5, "CLh": 0.933, "QH2": 1.70,
    },
}  # fmt: skip
WEIGHT_POWER = {
    "otto": {"V1": 1, "CL": 0.75, "Vn": 1, "CLn": 0.75},
    "k20": dict.fromkeys(CONSTANTS["k20"], 1),
    "domino": {"V1": 1},
    "clements": {"V1": 1},
    "perez": {},
    "simons": {
        name: 0.75 if name in ("CL", "Q2", "Q3", "CLn", "QN2", "CLh", "QH2") else 1
        for name in CONSTANTS["simons"]
        if "chain" not in name
    },
}
R_SCALE = {"otto": {"CL": 0.859}, "simons": {"CL": 0.859}, "perez": {"kel": 0.629, "kmet": 0.629}}
NOR_RATIO, HNK_RATIO = 223.70 / 237.73, 239.70 / 237.73
DEPOTS = {
    "im.kT": 4.0 * H,
    "oral.kG": 1.45 * H,
    "sublingual.kT": 2.4 * H,
    "sublingual.kG": 1.45 * H,
    "intranasal.kT": 2.93 * H,
    "intranasal.kG": 1.45 * H,
    "perez.kan": 2.93 * H,
    "perez.ksw": 1.45 * H,
    "perez.kpo": 0.97 * H,
    "film.KA1": 0.04,
    "film.KA2": 0.049,
    "film.delay": 1 / 10.7,
}
KE0 = np.log(2) / 8.3
_DEPOT_STATES = (*DEPOTS, "Ce")
_BODY = {
    "otto": ("A1", "A2", "A3", "N1", "N2"),
    "k20": ("A1", "A2", "A3"),
    "domino": ("A1", "A2", "A3"),
    "clements": ("A1", "A2"),
    "perez": ("C", "P1", "P2", "H", "M", "Mp"),
    "simons": ("K1", "K2", "K3", "M1", "M2", "N1", "N2", "X1", "X2", "H1", "H2"),
}
Terms = dict[str, float]
Right = Callable[[Terms, Terms], Terms]


def otto(p: Terms, y: Terms) -> Terms:
    back = p["Q1"] / p["V2"] * y["A2"] + p["Q2"] / p["V3"] * y["A3"]
    return {
        "A1": -(p["CL"] + p["Q1"] + p["Q2"]) / p["V1"] * y["A1"] + back,
        "A2": p["Q1"] / p["V1"] * y["A1"] - p["Q1"] / p["V2"] * y["A2"],
        "A3": p["Q2"] / p["V1"] * y["A1"] - p["Q2"] / p["V3"] * y["A3"],
        "N1": p["CL"] / p["V1"] * y["A1"]
        - (p["CLn"] + p["Qn"]) / p["Vn"] * y["N1"]
        + p["Qn"] / p["Vpn"] * y["N2"],
        "N2": p["Qn"] / p["Vn"] * y["N1"] - p["Qn"] / p["Vpn"] * y["N2"],
    }


def k20(p: Terms, y: Terms) -> Terms:
    c1, c2, c3 = y["A1"] / p["V1"], y["A2"] / p["V2"], y["A3"] / p["V3"]
    return {
        "A1": -p["CL"] * c1 - p["Q2"] * (c1 - c2) - p["Q3"] * (c1 - c3),
        "A2": p["Q2"] * (c1 - c2),
        "A3": p["Q3"] * (c1 - c3),
    }


def domino(p: Terms, y: Terms) -> Terms:
    return {
        "A1": -(p["k10"] + p["k12"] + p["k13"]) * y["A1"] + p["k21"] * y["A2"] + p["k31"] * y["A3"],
        "A2": p["k12"] * y["A1"] - p["k21"] * y["A2"],
        "A3": p["k13"] * y["A1"] - p["k31"] * y["A3"],
    }


def clements(p: Terms, y: Terms) -> Terms:
    return {
        "A1": -(p["k10"] + p["k12"]) * y["A1"] + p["k21"] * y["A2"],
        "A2": p["k12"] * y["A1"] - p["k21"] * y["A2"],
    }


def perez(p: Terms, y: Terms) -> Terms:
    c, p1, p2, h = y["C"] / p["Vc"], y["P1"] / p["Vp1"], y["P2"] / p["Vp2"], y["H"] / p["Vh"]
    m, mp = y["M"] / p["Vcn"], y["Mp"] / p["Vpn"]
    return {
        "C": p["Q1"] * p1 + p["Q2"] * p2 + p["Qh"] * h - (p["Q1"] + p["Q2"] + p["Qh"]) * c,
        "P1": p["Q1"] * (c - p1),
        "P2": p["Q2"] * (c - p2),
        "H": p["Qh"] * c - p["Qh"] * h - (p["kel"] + p["kmet"]) * y["H"],
        "M": p["kmet"] * y["H"] - (p["CLn"] + p["Q3"]) * m + p["Q3"] * mp,
        "Mp": p["Q3"] * (m - mp),
    }


def simons(p: Terms, y: Terms) -> Terms:
    k1, k2, k3 = y["K1"] / p["V1"], y["K2"] / p["V2"], y["K3"] / p["V3"]
    n1, n2, h1, h2 = y["N1"] / p["V1"], y["N2"] / p["VN2"], y["H1"] / p["VH1"], y["H2"] / p["VH2"]
    chain, hydroxy = p["chain"], p["hydroxy-chain"]
    return {
        "K1": -p["CL"] * k1 - p["Q2"] * (k1 - k2) - p["Q3"] * (k1 - k3),
        "K2": p["Q2"] * (k1 - k2),
        "K3": p["Q3"] * (k1 - k3),
        "M1": p["CL"] * k1 - chain * y["M1"],
        "M2": chain * y["M1"] - chain * y["M2"],
        "N1": 0.80 * chain * y["M2"] - p["CLn"] * n1 - p["QN2"] * (n1 - n2),
        "N2": p["QN2"] * (n1 - n2),
        "X1": p["CLn"] * n1 - hydroxy * y["X1"],
        "X2": hydroxy * y["X1"] - hydroxy * y["X2"],
        "H1": 0.70 * hydroxy * y["X2"] - p["CLh"] * h1 - p["QH2"] * (h1 - h2),
        "H2": p["QH2"] * (h1 - h2),
    }


RIGHT: dict[str, Right] = {
    "otto": otto, "k20": k20, "domino": domino, "clements": clements, "perez": perez, "simons": simons,
}  # fmt: skip
CENTRAL = {"otto": "A1", "k20": "A1", "domino": "A1", "clements": "A1", "perez": "C", "simons": "K1"}
VOLUME = {"otto": "V1", "k20": "V1", "domino": "V1", "clements": "V1", "perez": "Vc", "simons": "V1"}
NOR = {"otto": ("N1", "Vn", 1.0), "perez": ("M", "Vcn", 1.0), "simons": ("N1", "V1", NOR_RATIO)}


@dataclass(frozen=True)
class Given:
    """A dose as a person would write it. `end` for an infusion, `devices` for the spray."""

    route: str
    mg: float
    start: float
    end: float | None = None
    devices: int = 0
    spat_out: bool = False


@dataclass(frozen=True)
class Case:
    """`factors` multiply the printed constants: the model's by name, depots by "route.name", and "ke0"."""

    model: str
    drug: str
    kg: float
    age: float | None
    given: tuple[Given, ...]
    factors: dict[str, float]

    def constants(self, enantiomer: str) -> Terms:
        made = {}
        for name, printed in CONSTANTS[self.model].items():
            scaled = (
                printed
                * self.factors.get(name, 1.0)
                * (self.kg / 70) ** WEIGHT_POWER[self.model].get(name, 0)
            )
            if self.model == "perez" and name == "Qh" and self.age is not None:
                scaled -= 2.19 * H * max(self.age - 60, 0)
            made[name] = scaled * (R_SCALE[self.model].get(name, 1.0) if enantiomer == "R" else 1.0)
        return made


def doses(case: Case, given: Given) -> list[tuple[str, float, float, float | None]]:
    """Where a dose goes: state, mg, from, until (None at once)."""
    into, t = CENTRAL[case.model], given.start
    match given.route:
        case "iv":
            return [(into, given.mg, t, given.end)]
        case "im":
            return [("im.kT", 0.93 * given.mg, t, None)]
        case "oral" if case.model == "perez":
            return [("perez.kpo", 0.64 * given.mg, t, t + 0.32 * 60)]
        case "oral":
            return [("oral.kG", given.mg, t, t + 0.32 * 60)]
        case "sublingual":
            swallowed = [] if given.spat_out else [("sublingual.kG", (1 - 0.1125) * given.mg, t, t + 30)]
            return [("sublingual.kT", 0.1125 * given.mg, t, t + 13.1), *swallowed]
        case "intranasal" if case.model == "perez":
            n = given.devices
            nose = 0.54 * (1 + 0.62 * (n - 1)) / n
            return [
                ("perez.kan", nose * given.mg, t, None),
                ("perez.ksw", (1 - nose) * 0.64 * given.mg, t, t + 0.53 * 60),
            ]
        case "intranasal":
            return [
                ("intranasal.kT", 0.3125 * given.mg, t, None),
                ("intranasal.kG", (1 - 0.3125) * given.mg, t, t + 31.8),
            ]
        case "film":
            return [("film.KA1", 0.263 * given.mg, t, t + 13.1), ("film.KA2", 1.16 * given.mg, t, t + 29.9)]
    raise AssertionError(given.route)


def absorbed(case: Case, y: Terms) -> Terms:
    """What the depots lose and give, added to the body's equations."""
    rate = {name: k * case.factors.get(name, 1.0) for name, k in DEPOTS.items()}
    made = {name: -rate[name] * y[name] for name in DEPOTS}
    into = CENTRAL[case.model]
    made[into] = sum(rate[name] * y[name] for name in ("im.kT", "sublingual.kT", "intranasal.kT", "film.KA1"))
    fs = 0.18 if case.drug == "esketamine" else 0.20
    swallowed = sum(rate[name] * y[name] for name in ("oral.kG", "sublingual.kG", "intranasal.kG"))
    made[into] += fs * swallowed
    if case.model in NOR:
        made[NOR[case.model][0]] = 0.70 * swallowed
    if case.model == "perez":
        made["C"] += rate["perez.kan"] * y["perez.kan"]
        made["H"] = rate["perez.ksw"] * y["perez.ksw"] + rate["perez.kpo"] * y["perez.kpo"]
    made["film.delay"] += rate["film.KA2"] * y["film.KA2"]
    if case.model == "simons":
        made["M1"] = rate["film.delay"] * y["film.delay"]
    return made


def solve(case: Case, times: np.ndarray) -> dict[str, np.ndarray]:
    """ng/mL of every analyte, and of ketamine at the effect site, at each time."""
    portions = [(0.5, "S"), (0.5, "R")] if case.drug == "racemic" and case.model in R_SCALE else [(1.0, "S")]
    total: dict[str, np.ndarray] = {}
    for portion, enantiomer in portions:
        for name, curve in _one(case, case.constants(enantiomer), portion, times).items():
            total[name] = total.get(name, 0.0) + curve
    return total


def matrix(case: Case, p: Terms) -> tuple[list[str], np.ndarray]:
    """The right-hand side is linear: its columns are what it makes of one unit of each state."""
    states = [*_BODY[case.model], *_DEPOT_STATES]
    made = np.zeros((len(states), len(states)))
    ke0 = KE0 * case.factors.get("ke0", 1.0)
    for column, name in enumerate(states):
        y = dict.fromkeys(states, 0.0) | {name: 1.0}
        right = RIGHT[case.model](p, y)
        for state, more in absorbed(case, y).items():
            right[state] = right.get(state, 0.0) + more
        right["Ce"] = ke0 * (y[CENTRAL[case.model]] / p[VOLUME[case.model]] - y["Ce"])
        made[:, column] = [right[state] for state in states]
    return states, made


def _one(case: Case, p: Terms, portion: float, times: np.ndarray) -> dict[str, np.ndarray]:
    states, a = matrix(case, p)
    entering = [(states.index(s), mg * portion, t, u) for g in case.given for s, mg, t, u in doses(case, g)]
    edges = {t for *_, t, _ in entering} | {u for *_, u in entering if u is not None}
    # A step ends at every time that is asked for: the solver's own interpolation is good to 1e-8 only.
    stops = sorted({0.0, *edges, *times.tolist()})
    path, y = np.zeros((times.size, len(states))), np.zeros(len(states))
    for at, until in zip(stops, [*stops[1:], None], strict=True):
        for place, mg, t, u in entering:
            y[place] += mg if u is None and t == at else 0.0
        path[times == at] = y
        rate = np.zeros(len(states))
        for place, mg, t, u in entering:
            rate[place] += mg / (u - t) if u is not None and t <= at < u else 0.0
        if until is not None:
            y = _carried(a, rate, y, until - at)
    at = {name: path[:, place] for place, name in enumerate(states)}
    seen = {
        "ketamine": 1000 * at[CENTRAL[case.model]] / p[VOLUME[case.model]],
        "effect-site": 1000 * at["Ce"],
    }
    if case.model in NOR:
        state, volume, ratio = NOR[case.model]
        seen["norketamine"] = 1000 * ratio * at[state] / p[volume]
    if case.model == "simons":
        seen["hydroxynorketamine"] = 1000 * HNK_RATIO * at["H1"] / p["VH1"]
    return seen


def _carried(a: np.ndarray, rate: np.ndarray, y: np.ndarray, minutes: float) -> np.ndarray:
    made = solve_ivp(lambda _, y: a @ y + rate, (0.0, minutes), y, "DOP853", rtol=1e-12, atol=1e-14)
    assert made.success, made.message
    return made.y[:, -1]
