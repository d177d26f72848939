"""Words of the weeks after a dose: `{% load integration %}`."""

from django import template

from openkap.clinical.entries.insight import StepAgreed, StepTold
from openkap.web import integration_words

register = template.Library()


@register.filter
def step_words(value: StepAgreed) -> str:
    """ "Call my sister, Sunday evening, with Ada" """
    return integration_words.step(value)


@register.filter
def went(value: StepTold) -> str:
    """ "Partly: “twice out of three”" """
    return integration_words.went(value)
