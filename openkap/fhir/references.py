"""References between resources of one Bundle: by fullUrl, by type and id, or contained. In any order."""

from collections.abc import Iterable
from typing import Any

from openkap.fhir.element import Node, group, groups, text


class References:
    """Finds the resource a reference means, seen from the resource that makes it."""

    def __init__(self, entries: Iterable[Node]) -> None:
        self._by_address: dict[str, Node] = {}
        self._holders: dict[int, Node] = {}  # id of a contained resource → the resource that contains it
        for entry in entries:
            resource = entry["resource"]
            for address in _addresses(entry, resource):
                self._by_address.setdefault(address, resource)
            for inner in contained(resource):
                self._holders[id(inner)] = resource

    def find(self, reference: str, seen_from: Node) -> Node | None:
        """The resource meant, or None where the file does not hold it."""
        if reference.startswith("#"):
            holder = self._holders.get(id(seen_from), seen_from)
            return next((inner for inner in contained(holder) if inner.get("id") == reference[1:]), None)
        address = reference.split("/_history/", 1)[0]
        tail = "/".join(address.split("/")[-2:])
        return self._by_address.get(address) or self._by_address.get(tail)

    def means(self, pointer: Node, wanted: Node, seen_from: Node) -> bool:
        """Whether a Reference element means that very resource, by address or by a shared identifier."""
        if reference := text(pointer, "reference"):
            return self.find(reference, seen_from) is wanted
        identifier = group(pointer, "identifier")
        return bool(text(identifier, "value")) and any(
            text(own, "value") == text(identifier, "value")
            and text(own, "system") == text(identifier, "system")
            for own in groups(wanted, "identifier")
        )


def contained(resource: Node) -> list[Node]:
    """The resources written inside another; a malformed list holds none."""
    inside: Any = resource.get("contained")
    return [inner for inner in inside if isinstance(inner, dict)] if isinstance(inside, list) else []


def _addresses(entry: Node, resource: Node) -> list[str]:
    url, name, key = entry.get("fullUrl"), resource.get("resourceType"), resource.get("id")
    found = [url] if isinstance(url, str) and url else []
    if isinstance(name, str) and isinstance(key, str):
        found += [f"{name}/{key}", f"urn:uuid:{key}"]
    return found
