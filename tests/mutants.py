"""What `make mutate` found: of each file of clinical, how many changed lines a test noticed.

Run after mutmut. A time-out counts as noticed; what no test reaches counts as missed. `--missed FILE`
shows every change of one file that nobody noticed.
"""

import ast
import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

FOUND = Path("mutants/openkap/clinical")
NOTICED = {1, 3, 24, 36, 37, 152, 255, -24}
"""mutmut's exit codes: killed, internal error of the test run, type check, timeout."""


def results() -> dict[str, dict[str, int | None]]:
    """File → mutant → exit code, for what was tried."""
    found = {}
    for path in sorted(FOUND.rglob("*.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        tried = {name: code for name, code in codes.items() if code is not None}
        if tried:
            found[str(path.relative_to(FOUND)).removesuffix(".meta")] = tried
    return found


def main(arguments: list[str]) -> int:
    files = results()
    if not files:
        print(f"openkap: nothing in {FOUND}; run `make mutate` first", file=sys.stderr)
        return 2
    if arguments[:1] == ["--missed"]:
        print("\n".join(changes(arguments[1], missed(files[arguments[1]]))))
        return 0
    for file, codes in files.items():
        print(f"{share(codes):>7.1%}  {len(codes) - len(missed(codes)):>5} of {len(codes):<5} {file}")
    every = {name: code for codes in files.values() for name, code in codes.items()}
    print(f"{share(every):>7.1%}  {len(every) - len(missed(every)):>5} of {len(every):<5} in all")
    return 0


def missed(codes: dict[str, int | None]) -> list[str]:
    return [name for name, code in codes.items() if code not in NOTICED]


def changes(file: str, names: list[str]) -> Iterator[str]:
    """Each named mutant beside the function it was made of: mutmut keeps both in one file."""
    text = (FOUND / file).read_text(encoding="utf-8")
    made = {node.name: node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
    lines = text.splitlines()
    for name in names:
        mutant = name.rpartition(".")[2]
        original = mutant.rpartition("__mutmut_")[0] + "__mutmut_orig"
        before, after = (
            [lines[i] for i in range(made[one].lineno, made[one].end_lineno or 0)]
            for one in (original, mutant)
        )
        yield name
        yield from list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]


def share(codes: dict[str, int | None]) -> float:
    return 1 - len(missed(codes)) / len(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
