"""Insights, the small actions that follow from them, homework, and how each of these went."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.actions.integration import dosed
from openkap.clinical import insights
from openkap.clinical.entries.insight import InsightNoted, StepAgreed, StepTold
from openkap.clinical.refusal import BadInput

Said = tuple[str, str, str]
"""A small action: what, when, with whom."""
NOTHING = ("", "", "")


@action("integration.hold")
def note_insight(act: Act, *, visit: str, words: str, intention: str = "", step: Said = NOTHING) -> None:
    """What came up after a dose; with it the first small action, where one was found already."""
    dosed(act, visit)
    needed(words, "words", "Write what came up, in the patient's words")
    made = act.new_id()
    act.write(InsightNoted(insight=made, visit=visit, words=words, intention=intention or None))
    if any(step):
        _agree(act, f"{made}-1", visit, step, made)


@action("integration.hold")
def agree_step(act: Act, *, insight: str, what: str, when: str, with_whom: str = "") -> None:
    """One more small action that follows from an insight."""
    noted = next((fact for fact in act.chart.facts(InsightNoted) if fact.insight == insight), None)
    if noted is None:
        raise BadInput("insight", "there is no such insight in this chart", "Choose one that is written down")
    _agree(act, act.new_id(), noted.visit, (what, when, with_whom), insight)


@action("integration.hold")
def give_homework(act: Act, *, what: str, when: str, with_whom: str = "") -> None:
    """Something to do until the next session; it belongs to the last dose."""
    if not act.case.dosed:
        raise BadInput("insight", "no dose was given yet", "Homework follows a dose")
    _agree(act, act.new_id(), act.case.dosed[-1].id, (what, when, with_whom), "")


@action("step.tell")
def tell_step(act: Act, *, step: str, went: str, words: str = "") -> None:
    """How a step went. Not yet is an answer like the others."""
    known = {one.fact.step for one in insights.steps(act.case)}
    if step not in known:
        raise BadInput("step", "there is no such step in this chart", "Choose one that was agreed")
    act.write(StepTold(step=step, went=one_of(went, insights.WENT, "went"), words=words))


def _agree(act: Act, step: str, visit: str, said: Said, insight: str) -> None:
    what, when, with_whom = said
    act.write(
        StepAgreed(
            step=step,
            visit=visit,
            what=needed(what, "what", "Write the small action"),
            when=needed(when, "when", "Write when it will be done"),
            with_whom=with_whom or None,
            insight=insight or None,
        )
    )
