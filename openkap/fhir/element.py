"""Typed looks into parsed JSON: an element is absent, or of the shape FHIR gives it, or NotRead is raised."""

from typing import Any

Node = dict[str, Any]

LONGEST_WORDS = 2_000
"""Characters of one name or phrase. The longest in 292 real records has 230; a longer one is not a name."""


class NotRead(Exception):
    """A resource, or one part of it, that cannot be read. `str()` says why, without saying where."""


def text(node: Node, key: str) -> str:
    """The words of an element on one line; "" where there are none. Parsing has refused what is no text."""
    value = node.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotRead(f"{key} should be text and is {shape(value)}")
    if len(value) > LONGEST_WORDS:
        raise NotRead(f"{key} is longer than {LONGEST_WORDS} characters")
    return " ".join(value.split())


def group(node: Node, key: str) -> Node:
    """The one element of that name; empty where there is none."""
    value = node.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotRead(f"{key} should be one element and is {shape(value)}")
    return value


def groups(node: Node, key: str) -> list[Node]:
    """The repeated elements of that name; none where there are none."""
    value = node.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise NotRead(f"{key} should be a list of elements and is {shape(value)}")
    return value


def texts(node: Node, key: str) -> list[str]:
    """The repeated words of that name."""
    value = node.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotRead(f"{key} should be a list of texts and is {shape(value)}")
    return [text({key: item}, key) for item in value]


def flag(node: Node, key: str) -> bool:
    """Whether the element is there and true."""
    value = node.get(key)
    if value is not None and not isinstance(value, bool):
        raise NotRead(f"{key} should be true or false and is {shape(value)}")
    return bool(value)


def shape(value: object) -> str:
    """What a JSON value is, in a word a person knows."""
    if isinstance(value, dict):
        return "one element"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true or false"
    return "text" if isinstance(value, str) else "a number"
