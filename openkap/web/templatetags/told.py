"""What a page tells first: `{% load told %}`.

`{% told_on_top %} … {% end_told_on_top %}` stands around a page's forms. It is drawn after them: a fault is
called what its field is called there, so that no second list of labels can differ.
"""

from typing import Any

from django import template

from openkap.clinical.refusal import BadInput
from openkap.web import words

register = template.Library()
LABELS = "labels"


@register.tag
def told_on_top(parser: Any, token: Any) -> "_ToldOnTop":  # noqa: ARG001 - Django's call
    """What was done, what was refused, what has to be mended; then the page."""
    page = parser.parse(("end_told_on_top",))
    parser.delete_first_token()
    return _ToldOnTop(page)


@register.simple_tag(takes_context=True)
def called(context: template.Context, form: str, name: str, label: str) -> str:
    """What a field is called that no tag of `forms` draws. Draws nothing."""
    note(context, form, name, label)
    return ""


def note(context: template.Context, form: str, name: str, label: str) -> None:
    """Remember what the field is called, for a fault of it."""
    context.get(LABELS, {})[f"{form}-{name}"] = label


class _ToldOnTop(template.Node):
    def __init__(self, page: template.NodeList) -> None:
        self.nodelist = page

    def render(self, context: template.Context) -> Any:
        labels: dict[str, str] = {}
        with context.push(**{LABELS: labels}):
            page = self.nodelist.render(context)
            told = [_told(context, labels, fault) for fault in context.get("faults") or ()]
            with context.push(told=told):
                top = context.template.engine.get_template("parts/on_top.html").render(context)
        return top + page


def _told(context: template.Context, labels: dict[str, str], fault: BadInput) -> dict[str, str]:
    """The fault as a sentence, and the field it leads to, if the page has it."""
    target = f"{(context.get('typed') or {}).get('form', 'form')}-{fault.where}"
    says = words.fault_sentence(fault, labels.get(target, ""))
    return {"says": says, "target": context.get("fault_target") or (target if target in labels else "")}
