"""A second scoring of every instrument, from the published rules alone: no data file, no shared code."""

from collections.abc import Callable, Sequence

Answers = Sequence[int | None]


def _added(answers: Answers) -> int:
    return sum(answer for answer in answers if answer is not None)


def _steps(*steps: tuple[int, str]) -> Callable[[int], str]:
    """The word of the last step whose number is not above the total."""

    def word(total: int) -> str:
        found = ""
        for least, name in steps:
            if total >= least:
                found = name
        return found

    return word


def _cut(at: int) -> Callable[[int], str]:
    return lambda total: "at or above the cut-off" if total >= at else "below the cut-off"


def _pcl5(total: int) -> str:
    if total <= 30:
        return "below the cut-off"
    return "in the range of the cut-off, 31 to 33" if total <= 33 else "above the cut-off"


def _wsas(total: int) -> str:
    if total < 10:
        return "subclinical"
    return "significant impairment" if total <= 20 else "moderately severe impairment or worse"


WORDS: dict[str, Callable[[int], str]] = {
    "phq2": _cut(3),
    "phq2-item9": _cut(3),
    "phq9": lambda total: (
        "none"
        if total == 0
        else "minimal"
        if total <= 4
        else "mild"
        if total <= 9
        else "moderate"
        if total <= 14
        else "moderately severe"
        if total <= 19
        else "severe"
    ),
    "gad7": lambda total: ("minimal", "mild", "moderate", "severe")[min(3, total // 5)],
    "pcl5": _pcl5,
    "audit-c": _cut(3),
    "moaas": lambda total: (
        "no response",
        "responds only to pain",
        "responds only to touch",
        "responds only to a loud voice",
        "lethargic",
        "alert",
    )[total],
    "aldrete": _cut(9),
    "padss": _cut(9),
    "madrs": _steps((0, "none"), (7, "mild"), (20, "moderate"), (35, "severe")),
    "qids-sr16": _steps((0, "none"), (6, "mild"), (11, "moderate"), (16, "severe"), (21, "very severe")),
    "isi": _steps((0, "none"), (8, "below the threshold"), (15, "moderate"), (22, "severe")),
    "y-bocs": lambda total: ("subclinical", "mild", "moderate", "severe", "extreme")[min(4, total // 8)],
    "wsas": _wsas,
    "who5": lambda total: "low: look for depression" if total / 4 < 13 else "above the cut-off",
    "dast10": _steps((0, "none"), (1, "low"), (3, "moderate"), (6, "substantial"), (9, "severe")),
    "cadss": lambda total: "dissociation, as esketamine trials counted it" if total > 4 else "no more than 4",
    "bpic-ss": _cut(19),
    "cadss6": lambda _: "",
    "meq30": lambda _: "",
    "icsi": lambda _: "",
    "icpi": lambda _: "",
    "kset": lambda _: "",
}
"""The word for a total, for a woman where sex matters."""

TOTALS: dict[str, Callable[[Answers], int]] = {
    "phq2": lambda answers: _added(answers[:2]),
    "phq2-item9": lambda answers: _added(answers[:2]),
    "phq9": lambda answers: _added(answers[:9]),
    "gad7": lambda answers: _added(answers[:7]),
    "pcl5": lambda answers: _added(answers[:20]),
    "audit-c": lambda answers: _added(answers[:3]),
    "moaas": lambda answers: _added(answers[:1]),
    "aldrete": lambda answers: _added(answers[:5]),
    "padss": lambda answers: _added(answers[:5]),
}


def alcohol_in_men(total: int) -> str:
    return _cut(4)(total)


def suicide_risk(answers: Answers) -> str:
    """High, moderate, low or none, as the triage colours of the screener's card run from the bottom up."""
    yes = {number for number, answer in enumerate(answers, 1) if answer == 1}
    if 7 in yes or 5 in yes or 4 in yes:
        return "high"
    if 6 in yes or 3 in yes:
        return "moderate"
    return "low" if yes else "none"


def provisional_ptsd(answers: Answers) -> bool:
    """DSM-5 by the checklist: symptoms rated at least 2, one of B, one of C, two of D, two of E."""
    rated = [number for number, answer in enumerate(answers, 1) if answer is not None and answer > 1]
    b = [n for n in rated if n < 6]
    c = [n for n in rated if n in (6, 7)]
    d = [n for n in rated if 8 <= n <= 14]
    e = [n for n in rated if n >= 15]
    return len(b) >= 1 and len(c) >= 1 and len(d) >= 2 and len(e) >= 2
