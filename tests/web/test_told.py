"""What a page tells first calls a field what the field is called below it."""

import pytest
from django.template import Context, engines

from openkap.clinical.refusal import BadInput

PAGE = (
    "{% load forms told %}{% told_on_top %}"
    '{% field "plan" "mg_per_kg" "Dose for each kilogram" %}'
    '{% choices "plan" "asa" "Which ASA class?" options="1=I; 2=II" %}'
    '{% field "plan" "weeks" "weeks" called="Length of the trial" %}'
    '{% called "plan" "sedation" "Sedation" %}'
    '{% field "other" "supersedes" "Another form" %}'
    "{% end_told_on_top %}"
)


@pytest.mark.parametrize(
    ("where", "says", "leads"),
    [
        ("mg_per_kg", "Dose for each kilogram: nothing was written.", True),
        ("asa", "Which ASA class? Nothing was written.", True),
        ("weeks", "Length of the trial: nothing was written.", True),
        ("sedation", "Sedation: nothing was written.", True),
        ("supersedes", "Nothing was written.", False),
        ("text_sha256", "Nothing was written.", False),
    ],
)
def test_a_fault_is_called_what_its_field_is_called(where: str, says: str, leads: bool) -> None:
    """And leads to it; our own word for a hidden field is never shown, and leads nowhere."""
    fault = BadInput(where, "nothing was written")
    context = Context({"faults": [fault], "typed": {"form": "plan"}})
    page = engines["django"].engine.from_string(PAGE).render(context)
    summary, _, fields = page.partition("</ul>")
    assert says in summary and "<input" not in summary and "<input" in fields
    assert (f'href="#plan-{where}"' in summary) is leads
    assert (f'id="plan-{where}"' in fields) is (leads and where != "sedation")
