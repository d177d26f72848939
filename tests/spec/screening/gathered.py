"""Treatments tried, the monitoring programme, and the two classes of risk."""

from datetime import timedelta
from typing import Any

from openkap.clinical.entries.history import AsaClass, PdmpQueried, StopBang, TreatmentTrial
from tests.spec.screening.rows import AT, Dated, Row, cannot_tell, days, met, not_met


def trial(what: str, *, ago: timedelta = timedelta(days=1), **fields: Any) -> Dated:
    """An antidepressant that failed, taken long enough, in this episode, unless the fields say otherwise."""
    said = {
        "treatment": "antidepressant",
        "outcome": "no-response",
        "adequate": "yes",
        "this_episode": "yes",
    }
    return AT - ago, TreatmentTrial(what=what, **said | fields)


def stop_bang(least: int, most: int, *, ago: timedelta = timedelta(days=1)) -> Dated:
    names = tuple(field for field in StopBang.__dataclass_fields__ if field not in ("least", "most"))
    unknown = most - least
    words = ["yes"] * least + ["unknown"] * unknown + ["no"] * (len(names) - most)
    return AT - ago, StopBang(**dict(zip(names, words, strict=True)), least=least, most=most)


def asa(number: int, *, ago: timedelta = timedelta(days=1)) -> Dated:
    return AT - ago, AsaClass(asa=number, reason="as examined")


def pdmp(showed: str, *, ago: timedelta = timedelta(days=1)) -> Dated:
    return AT - ago, PdmpQueried(showed=showed)


TRIALS, ASA, SLEEP = "treatment-resistance", "asa-class-high", "sleep-apnoea-risk"
ROWS: tuple[Row, ...] = (
    cannot_tell(TRIALS, "no trial on file"),
    met(TRIALS, "one failed trial", trial("Sertraline")),
    not_met(TRIALS, "two failed trials", trial("Sertraline"), trial("Venlafaxine")),
    not_met(
        TRIALS,
        "a partial response is a failed trial",
        trial("Sertraline"),
        trial("Venlafaxine", outcome="partial-response"),
    ),
    met(TRIALS, "the second one helped", trial("Sertraline"), trial("Venlafaxine", outcome="response")),
    met(
        TRIALS,
        "the second one was stopped for side effects",
        trial("Sertraline"),
        trial("Venlafaxine", outcome="not-tolerated"),
    ),
    met(TRIALS, "the second one was too short", trial("Sertraline"), trial("Venlafaxine", adequate="no")),
    met(
        TRIALS,
        "the second one belongs to an earlier episode",
        trial("Sertraline"),
        trial("Venlafaxine", this_episode="no"),
    ),
    met(
        TRIALS,
        "psychotherapy and ECT are no antidepressants",
        trial("Sertraline"),
        trial("CBT", treatment="psychotherapy"),
        trial("Bilateral", treatment="ect"),
    ),
    cannot_tell(
        TRIALS,
        "nobody knows yet whether the second one was adequate",
        trial("Sertraline"),
        trial("Venlafaxine", adequate="unknown"),
    ),
    met(
        TRIALS,
        "one open question cannot make two of none",
        trial("Sertraline", adequate="no"),
        trial("Venlafaxine", adequate="unknown"),
    ),
    met(
        TRIALS, "a trial dated tomorrow is not seen", trial("Sertraline"), trial("Venlafaxine", ago=days(-1))
    ),
    met("pdmp-missing", "nobody asked the programme"),
    not_met("pdmp-missing", "asked long ago, for no interval is set", pdmp("expected", ago=days(900))),
    met("pdmp-concern", "it showed something to weigh", pdmp("to-weigh")),
    not_met("pdmp-concern", "nothing but what was expected", pdmp("expected")),
    not_met(
        "pdmp-concern",
        "the newest query speaks",
        pdmp("to-weigh", ago=days(9)),
        pdmp("expected", ago=days(2)),
    ),
    not_met("pdmp-concern", "nobody asked the programme"),
    cannot_tell(ASA, "no class on file"),
    not_met(ASA, "class II", asa(2)),
    met(ASA, "class III", asa(3)),
    met(ASA, "class VI", asa(6)),
    not_met(ASA, "the newest class speaks", asa(3, ago=days(40)), asa(2)),
    cannot_tell(SLEEP, "never asked"),
    not_met(SLEEP, "4 of 8", stop_bang(4, 4)),
    met(SLEEP, "5 of 8", stop_bang(5, 5)),
    met(SLEEP, "5 of 8 and more may come", stop_bang(5, 8)),
    cannot_tell(SLEEP, "4, and 5 if an open answer is yes", stop_bang(4, 5)),
    not_met(SLEEP, "3, and 4 at most", stop_bang(3, 4)),
)
