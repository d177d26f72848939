"""Where the next step of a course is done: the address and the words of the one primary button."""

from openkap.clinical.answers import Status
from openkap.web.door import link

PAGES = {
    "answer-screening": ("screening", "Go to the questions", "#ask"),
    "decide-screening": ("screening", "Go to the decision", "#decide"),
    "sign-consent": ("preparation", "Go to the consent", ""),
    "hold-preparation": ("preparation", "Go to the preparation session", ""),
    "set-intention": ("preparation", "Go to the intention", ""),
    "approve-plan": ("plan", "Go to the plan", ""),
    "countersign-plan": ("plan", "Go to the plan", "#countersign"),
    "book-visit": ("visits", "Go to booking", ""),
    "hold-integration": ("integration", "Go to integration", ""),
    "next-day-contact": ("integration", "Go to the call", ""),
    "hold-review": ("maintenance", "Go to the review", ""),
    "close-course": ("maintenance", "Go to the end of the course", ""),
}
"""Action of the next step → name of its page, words of the button, place on the page."""
IN_THE_ROOM = (
    "arrive",
    "weigh",
    "check",
    "chart-vitals",
    "start-dose",
    "end-dose",
    "discharge-check",
    "discharge",
    "close-visit",
)
FIRST_SCALE = "phq9"


def next_page(status: Status, chart_id: str) -> dict[str, str]:
    """`href` and `label`; both empty when nothing is left to press."""
    action = status.next.action
    if action in IN_THE_ROOM and status.visit:
        return {"href": link("visit", chart=chart_id, visit=status.visit.id), "label": "Go to the room"}
    if action == "take-task" and (open_tasks := [task for task in status.tasks if not task.taken_by]):
        return {"href": link("task", chart=chart_id, task=open_tasks[0].task), "label": "Go to the task"}
    if action == "record-score":
        return {
            "href": link("score", chart=chart_id, instrument=FIRST_SCALE),
            "label": "Go to the questionnaire",
        }
    name, label, place = PAGES.get(action, ("", "", ""))
    return {"href": link(name, chart=chart_id) + place if name else "", "label": label}
