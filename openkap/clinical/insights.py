"""Insight → intention → small action → progress: the chain as it stands, dose by dose."""

from dataclasses import dataclass

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.insight import InsightNoted, StepAgreed, StepTold

WENT = ("done", "partly", "not-yet", "set-aside")
_SETTLED = ("done", "set-aside")


@dataclass(frozen=True, slots=True)
class Step:
    """One small action, or a piece of homework, with everything that was told of it, oldest first."""

    agreed: Entry
    told: tuple[Entry, ...]

    @property
    def fact(self) -> StepAgreed:
        fact: StepAgreed = self.agreed.fact
        return fact

    @property
    def went(self) -> str:
        """The last that was told; "" before anybody told anything."""
        return self.told[-1].fact.went if self.told else ""

    @property
    def waits(self) -> bool:
        """Whether it may still be done: neither done nor set aside."""
        return self.went not in _SETTLED


@dataclass(frozen=True, slots=True)
class Insight:
    """One insight with the steps that follow from it, in the order they were agreed."""

    noted: Entry
    steps: tuple[Step, ...]


def steps(case: Case) -> tuple[Step, ...]:
    """Every step and piece of homework by now, in the order they were agreed."""
    told = sorted(case.all(StepTold), key=lambda entry: (entry.effective_at, entry.seq))
    return tuple(
        Step(agreed, tuple(entry for entry in told if entry.fact.step == agreed.fact.step))
        for agreed in case.all(StepAgreed)
    )


def insights(case: Case, visit: str = "") -> tuple[Insight, ...]:
    """Every insight by now, of one dose where `visit` names it, each with its steps."""
    noted, every = case.all(InsightNoted, **({"visit": visit} if visit else {})), steps(case)
    return tuple(
        Insight(entry, tuple(step for step in every if step.fact.insight == entry.fact.insight))
        for entry in noted
    )


def homework(case: Case, visit: str = "") -> tuple[Step, ...]:
    """The steps that follow from no insight."""
    return tuple(step for step in steps(case) if not step.fact.insight and visit in ("", step.fact.visit))


def began_with(step: Step, chart: Chart) -> str:
    """The insight a step follows from, in the patient's words, or ""."""
    noted = [fact for fact in chart.facts(InsightNoted) if fact.insight == step.fact.insight]
    return noted[-1].words if noted else ""
