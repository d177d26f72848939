"""What the specifications say of each rule, for the handbook: `make examples` writes it, a test compares.

A line of a truth table is an example by its answer. Elsewhere the sentence is the name of a test that names
the rule.
"""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from openkap.protocol.load import shipped
from openkap.reports.handbook import EXAMPLES
from tests.spec.screening.test_truth_tables import WRITTEN

SPEC = Path(__file__).parent
MOST = 4
"""Examples of one rule and answer that a reader is shown; the tables hold them all."""


def examples() -> dict[str, dict[str, list[str]]]:
    """Rule → "met", "not met", "cannot tell" or "specified" → sentences, in the order of the protocol."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in WRITTEN:
        found[row.rule][row.answer].append(row.says)
    rules = {rule.id for rule in shipped().rules}
    for path in sorted(SPEC.rglob("test_*.py")):
        for rule, sentence in _sentences(path, rules):
            found[rule]["specified"].append(sentence)
    return {
        rule.id: {answer: list(dict.fromkeys(says))[:MOST] for answer, says in found[rule.id].items()}
        for rule in shipped().rules
        if found[rule.id]
    }


def _sentences(path: Path, rules: set[str]) -> Iterator[tuple[str, str]]:
    """Each test of a file that names a rule, as a sentence."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            named = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)} & rules
            for rule in sorted(named):
                yield rule, node.name.removeprefix("test_").replace("_", " ")


def text() -> str:
    return json.dumps(examples(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    EXAMPLES.write_text(text(), encoding="utf-8")
    print(f"openkap: wrote the examples of {len(examples())} rules")
