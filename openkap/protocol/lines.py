"""Where something stands in a TOML text: the line of a key, for a fault; and the text of each entry."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node

Step = str | int
"""A key, or the place of an entry in an array counting from 0."""

_Found = list[tuple[tuple[Step, ...], int]]


def line_of(text: str, path: tuple[Step, ...]) -> int:
    """The line, from 1, where the value at `path` is written, or that of the nearest table around it.

    0 when nothing of the path is there: for an empty path, or a text that is not TOML.
    """
    if not path or not text:
        return 0
    lines = dict(reversed(_lines(text)))  # the first mention of a path counts
    around = (path[:length] for length in range(len(path), 0, -1))
    return next((lines[start] for start in around if start in lines), 0)


def pieces(text: str, array: str) -> list[str]:
    """What stands before the first `[[array]]`, then each entry up to the next one. Joined: the text."""
    written = text.encode()
    heads = (node for node in _nodes(written) if node.type == "table_array_element")
    starts = [head.start_byte for head in heads if _keys(head.named_children[0]) == (array,)]
    cuts = [0, *starts, len(written)]
    return [written[start:end].decode() for start, end in zip(cuts, cuts[1:], strict=False)]


def _nodes(written: bytes) -> "list[Node]":
    import tree_sitter  # here, for a protocol without a fault never needs it
    import tree_sitter_toml

    language = tree_sitter.Language(tree_sitter_toml.language())
    return tree_sitter.Parser(language).parse(written).root_node.children


def _lines(text: str) -> _Found:
    found: _Found = []
    tables: dict[tuple[Step, ...], int] = {}
    for node in _nodes(text.encode()):
        if node.type == "pair":
            found += _pair(node, ())
        elif node.type in ("table", "table_array_element"):
            found += _table(node, tables)
    return found


def _table(node: "Node", arrays: dict[tuple[Step, ...], int]) -> Iterator[tuple[tuple[Step, ...], int]]:
    """The lines of `[a.b]` or `[[a]]`. `arrays`: how many entries each array has had so far."""
    head, *pairs = node.named_children
    path = _inside(_keys(head), arrays)
    if node.type == "table_array_element":
        arrays[path] = arrays.get(path, -1) + 1
        path = (*path, arrays[path])
    yield path, node.start_point[0] + 1
    for pair in pairs:
        if pair.type == "pair":
            yield from _pair(pair, path)


def _inside(keys: tuple[str, ...], arrays: dict[tuple[Step, ...], int]) -> tuple[Step, ...]:
    """The path of a header: under an array of tables it means the array's newest entry."""
    path: tuple[Step, ...] = ()
    for key in keys[:-1]:
        path = (*path, key)
        if path in arrays:
            path = (*path, arrays[path])
    return (*path, *keys[-1:])


def _pair(node: "Node", under: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], int]]:
    head, *rest = node.named_children
    path = (*under, *_keys(head))
    yield path, node.start_point[0] + 1
    for value in rest:
        yield from _value(value, path)


def _value(node: "Node", path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], int]]:
    children: list[Any] = [child for child in node.named_children if child.type != "comment"]
    if node.type == "inline_table":
        for pair in children:
            yield from _pair(pair, path)
    elif node.type == "array":
        for place, child in enumerate(children):
            yield (*path, place), child.start_point[0] + 1
            yield from _value(child, (*path, place))


def _keys(node: "Node") -> tuple[str, ...]:
    """The keys of a head: `a.b."c d"` as three."""
    if node.type == "dotted_key":
        return tuple(key for child in node.named_children for key in _keys(child))
    text = node.text.decode() if node.text else ""
    return (text[1:-1] if node.type == "quoted_key" else text,)
