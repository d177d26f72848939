"""The forecast beside solvers, a simulator, the plain writing of an array, and its own goals."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.peers.case import MINUTES, Case
from bench.row import Row, faster, quicker

ROOT = Path(__file__).resolve().parents[1]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PEERS = ("solve_ivp", "opentiva", "roadrunner", "diffrax")
PEOPLE, TOGETHER = 102_400, 4_096
RANKED = 100_000
MG_PER_KG, UNTIL_MIN, KG = 0.5, 40, 70
FARTHEST = 1e-4
TIMES_THE_FASTEST, TIMES_THE_WRITE = 50, 3
BANDS_MS, FORECAST_MS, IMPORT_MS = 500.0, 20.0, 300.0
REPEATS, STARTS = 5, 7


def rows() -> list[Row]:
    """Processor time, since others may share the machine; "by the clock" where a goal is in waiting."""
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors\n")
    return [*_beside_peers(), *_bands(), *_forecast(), *_importing()]


def _beside_peers() -> list[Row]:
    curves = np.empty((MINUTES, PEOPLE))
    write, _ = _best(lambda: _write(np.empty((MINUTES, PEOPLE))))
    took, _ = _best(lambda: _draw(np.empty((MINUTES, PEOPLE))))
    _draw(curves)
    ours, found, fastest = PEOPLE / took, [], 0.0
    for name in PEERS:
        told = _ask(name)
        if told is None:
            found.append(Row(f"{name} is missing", ours, float("nan"), float("nan"), "people/s", name))
            continue
        found.append(_compared(name, curves, np.array(told["curves"]).T))
        found.append(
            faster("three compartments, 361 minutes", ours, 1 / told["seconds_each"], "people/s", name)
        )
        fastest = max(fastest, 1 / told["seconds_each"])
    if fastest:
        goal = f"goal: {TIMES_THE_FASTEST} × the fastest"
        found.append(faster("the same", ours, TIMES_THE_FASTEST * fastest, "people/s", goal))
    each = 1000 * 1000 / PEOPLE
    found.append(quicker("1,000 people", took * each, write * each, "ms", "writing a number as often"))
    goal = f"goal: {TIMES_THE_WRITE} × the write"
    found.append(quicker("the same", took * each, TIMES_THE_WRITE * write * each, "ms", goal))
    return found


def _compared(name: str, ours: Any, theirs: Any) -> Row:
    """The greatest difference from a peer, in millionths of a value: only what is the same is timed."""
    ours = ours[1:, : theirs.shape[1]]
    off = float(np.max(np.abs(theirs[1:] / ours - 1)))
    if not off < FARTHEST:
        sys.exit(f"openkap: {name} is off by {off:.2g} of the value, which is not the same curve.")
    return Row(f"farthest from {name}", off * 1e6, FARTHEST * 1e6, 1.0, "millionths", "the same curve")


def _ask(name: str) -> dict[str, Any] | None:
    """What a peer printed; None if it is not installed."""
    if not PEERS_PYTHON.exists():
        return None
    asked = subprocess.run(
        [PEERS_PYTHON, "-m", f"bench.peers.{name}"], input=_case(), capture_output=True, text=True, cwd=ROOT
    )
    if asked.returncode == 0:
        return dict(json.loads(asked.stdout))
    if "ModuleNotFoundError" in asked.stderr:
        return None
    sys.exit(f"openkap: {name} failed.\n{asked.stderr}")


@cache
def _people() -> dict[str, Any]:
    """The parameters of the model K20 for each virtual person, drawn beforehand for us and for the peers."""
    from openkap.kinetics.population import BLOCK, offsets
    from openkap.kinetics.regimen import Person
    from openkap.kinetics.units import Kilograms
    from openkap.kinetics.values import values
    from openkap.protocol.read_kinetics import published

    model = published().models["k20"]
    blocks = [offsets(model, (), 1, number) for number in range(PEOPLE // BLOCK)]
    drawn = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return values(model.parameters, Person(Kilograms(KG)), drawn)


def _case() -> str:
    p, n = _people(), 4_000
    one = np.ones(PEOPLE)
    rates = (p["CL"] / p["V1"], p["Q2"] / p["V1"], p["Q2"] / p["V2"], p["Q3"] / p["V1"], p["Q3"] / p["V3"])
    arrays = [(each * one)[:n] for each in (p["V1"], *rates)]
    return Case(*arrays, mg_per_min=MG_PER_KG * KG / UNTIL_MIN, until_min=UNTIL_MIN).written()


def _draw(into: Any) -> None:
    """From parameters to ng/mL: the matrix of rates, its poles, and every minute of everybody."""
    from openkap.kinetics.curves import curves
    from openkap.kinetics.inputs import Absorbing
    from openkap.kinetics.regimen import Person
    from openkap.kinetics.system import body
    from openkap.kinetics.units import Kilograms
    from openkap.protocol.read_kinetics import published

    model, person, times = published().models["k20"], Person(Kilograms(KG)), np.arange(float(MINUTES))
    given = [(dose, published().routes["iv"]) for dose in _infusion().doses]
    for first in range(0, into.shape[1], TOGETHER):
        some = slice(first, first + TOGETHER)
        flows = body(model, {name: one[some] if one.size > 1 else one for name, one in _people().items()})
        inputs = Absorbing(model, person, "racemic", {}).enter(flows, given, portion=1.0)
        curves(flows.system(("ketamine",)), inputs, times, {"ketamine": into[:, some]})


def _write(into: Any) -> None:
    for first in range(0, into.shape[1], TOGETHER):
        into[:, first : first + TOGETHER] = 1.0


def _infusion() -> Any:
    from openkap.kinetics.regimen import Dose, Regimen
    from openkap.kinetics.units import MgPerKg, Minutes

    return Regimen((Dose("iv", MgPerKg(MG_PER_KG), Minutes(0), Minutes(UNTIL_MIN)),))


def _bands() -> list[Row]:
    from openkap.kinetics.bands import quantiles

    curves = np.empty((MINUTES, PEOPLE))
    _draw(curves)
    curves = curves[:, :RANKED]
    processor, clock = _best(lambda: quantiles(curves))
    name = f"five bands of {RANKED:,} × {MINUTES}"
    return [
        quicker(f"{name}, processor", 1000 * processor, BANDS_MS, "ms"),
        quicker(f"{name}, by the clock", 1000 * clock, BANDS_MS, "ms"),
    ]


def _forecast() -> list[Row]:
    from openkap.kinetics.forecast import forecast
    from openkap.kinetics.regimen import Person
    from openkap.kinetics.units import Kilograms, Years
    from openkap.protocol.read_kinetics import published

    person, shelf = Person(Kilograms(KG), Years(40)), published()
    processor, clock = _best(lambda: forecast(_infusion(), person, shelf), 4 * REPEATS)
    return [
        quicker("a forecast with its bands of 1,000, processor", 1000 * processor, FORECAST_MS, "ms"),
        quicker("a forecast with its bands of 1,000, by the clock", 1000 * clock, FORECAST_MS, "ms"),
    ]


def _importing() -> list[Row]:
    ours, numpy = (1000 * _start(f"import {name}") for name in ("openkap.kinetics.forecast", "numpy"))
    return [
        quicker("importing kinetics in a fresh Python", ours, IMPORT_MS, "ms"),
        quicker("the same", ours, numpy, "ms", "importing NumPy, which is part of it"),
    ]


def _start(program: str) -> float:
    """Seconds of processor from starting Python to its end: the median of some."""
    took = []
    for _ in range(STARTS):
        before = os.times()
        subprocess.run([sys.executable, "-c", program], check=True)
        after = os.times()
        took.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    return statistics.median(took)


def _best(work: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Seconds of processor and by the clock, once warm: the least of some."""
    work()
    took = []
    for _ in range(repeats):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        took.append((time.process_time() - processor, time.perf_counter() - clock))
    return min(one for one, _ in took), min(other for _, other in took)
