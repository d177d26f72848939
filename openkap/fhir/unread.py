"""What a resource of a type that no rule looks at is about, so that a line can say more than its type."""

from typing import Final

from openkap.fhir.element import Node, NotRead, group, groups, text

_ONE: Final = ("code", "vaccineCode")
_SEVERAL: Final = ("reasonCode", "condition")
_WORDS: Final = ("conclusion", "description")
_LONGEST: Final = 80


def about(resource: Node) -> str:
    """Its own words, or "" where it has none that can be read: "Suicide risk", "Coil embolisation"."""
    try:
        concepts = [group(resource, name) for name in _ONE]
        concepts += [element for name in _SEVERAL for element in groups(resource, name)]
        found = [_words(concept) for concept in concepts] + [text(resource, name) for name in _WORDS]
    except NotRead:
        return ""
    return ", ".join(dict.fromkeys(words[:_LONGEST] for words in found if words))


def _words(concept: Node) -> str:
    """A concept's words; a family history keeps its own one level down, under the same name."""
    inner = group(concept, "code") or concept
    shown = (text(coding, "display") for coding in groups(inner, "coding"))
    return text(inner, "text") or next(filter(None, shown), "")
