"""Numbers for the synthetic clinic, drawn with a fixed seed from the effect sizes in cohort.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from math import cos, pi
from pathlib import Path
from random import Random
from typing import Any

ITEMS = {"phq9": 9, "gad7": 7}
HIGHEST_ANSWER = 3


@cache
def cohort() -> dict[str, Any]:
    """The parameters, as the file has them."""
    return tomllib.loads((Path(__file__).parent / "cohort.toml").read_text(encoding="utf-8"))


def of(person: str) -> Random:
    """A source of chance for one person: their course does not depend on who came before them."""
    return Random(f"{cohort()['seed']} {person}")


def drawn(chance: Random, spread: dict[str, float], *, lowest: float = 0.0) -> float:
    """One draw of a bell curve, cut below."""
    return max(lowest, chance.gauss(spread["mean"], spread["sd"]))


@dataclass(frozen=True, slots=True)
class Course:
    """How one person's questionnaires go: a baseline, and what remains of it once the drug works."""

    baseline: dict[str, int]
    remains: float
    from_dose: int
    name: str

    def total(self, instrument: str, doses: int, chance: Random) -> int:
        """The total after so many doses: falls towards what remains, most of it over the first three."""
        felt = max(0, doses - self.from_dose + 1)
        share = 1 - (1 - self.remains) * (1 - 0.45**felt)
        highest = (ITEMS[instrument] - (instrument == "phq9")) * HIGHEST_ANSWER
        return min(highest, max(0, round(self.baseline[instrument] * share + chance.gauss(0, 0.8))))


def course(chance: Random) -> Course:
    """A baseline and a class, mixed as published."""
    given = cohort()
    baseline = {
        name: min(
            (ITEMS[name] - (name == "phq9")) * HIGHEST_ANSWER,
            round(drawn(chance, given[name]["baseline"], lowest=given[name]["lowest"])),
        )
        for name in ITEMS
    }
    classes = {name: of_it for name, of_it in given["trajectory"].items() if isinstance(of_it, dict)}
    name = chance.choices(list(classes), [of_it["share"] for of_it in classes.values()])[0]
    remains = min(1.1, max(0.05, chance.gauss(classes[name]["remains"], classes[name]["spread"])))
    return Course(baseline, remains, int(classes[name]["from_dose"]), name)


def items(instrument: str, total: int, chance: Random, *, item9: int = 0) -> tuple[int, ...]:
    """Answers that add up to the total. The item about self-harm is never drawn by chance: it is set."""
    count = ITEMS[instrument]
    answers = [0] * count
    free = list(range(count - 1 if instrument == "phq9" else count))
    if instrument == "phq9":
        answers[-1] = item9
    left = min(total - sum(answers), len(free) * HIGHEST_ANSWER)
    while left > 0:
        place = chance.choice([n for n in free if answers[n] < HIGHEST_ANSWER])
        answers[place] += 1
        left -= 1
    return tuple(answers)


@dataclass(frozen=True, slots=True)
class Body:
    """One person's resting values and one session's rise over them."""

    systolic: float
    diastolic: float
    heart_rate: float
    spo2: float
    weight: float
    rise: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def signs(self, minute: float, length: int) -> dict[str, int]:
        """Vital signs `minute` minutes after the dose began, of an infusion of `length` minutes."""
        height = shape(minute, length)
        up, down, beat = (height * part for part in self.rise)
        return {
            "systolic": round(self.systolic + up),
            "diastolic": round(self.diastolic + down),
            "heart-rate": round(self.heart_rate + beat),
            "spo2": round(min(99.0, self.spo2 - height * 0.6)),
        }


def body(chance: Random) -> Body:
    """Resting values."""
    rest = cohort()["resting"]
    values = {name: drawn(chance, spread) for name, spread in rest.items() if isinstance(spread, dict)}
    values["systolic"] = min(values["systolic"], 134.0)
    values["diastolic"] = min(values["diastolic"], 86.0)
    values["weight"] = round(max(48.0, values["weight"]), 1)
    return Body(**values)


def session(resting: Body, chance: Random) -> Body:
    """The same body with this session's rise. About one session in a hundred rises severely, as published."""
    given = cohort()
    up, down = (drawn(chance, given["pressure"][name]) for name in ("systolic", "diastolic"))
    if chance.random() < given["pressure"]["severe_share"]:
        up += given["pressure"]["severe_extra"]
    beat = drawn(chance, given["pulse"]["rise"])
    named = {
        name: getattr(resting, name) for name in ("systolic", "diastolic", "heart_rate", "spo2", "weight")
    }
    return Body(**named, rise=(up, down, beat))


def shape(minute: float, length: int) -> float:
    """0 before, 1 at the peak, 0 again when the curve says so. Between the anchors it is invented."""
    curve = cohort()["curve"]
    peak, back = float(curve["peak_minute"]), float(length + curve["back_after_end"])
    if minute <= 0 or minute >= back:
        return 0.0
    if minute <= peak:
        return 0.5 - 0.5 * cos(pi * minute / peak)
    return 0.5 + 0.5 * cos(pi * (minute - peak) / (back - peak))


def events(chance: Random) -> tuple[str, ...]:
    """What is felt in one session, by the published shares."""
    shares = {name: share for name, share in cohort()["events"].items() if isinstance(share, float)}
    return tuple(name for name, share in shares.items() if chance.random() < share)
