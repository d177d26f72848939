"""Tables for the test report: a test records its rows, and after the run they lie in a file, which is named.

A row is a property of its test, `record_property("table: NAME", {column: cell})`, so it also stands in a
JUnit report and comes home from every worker of a parallel run.
"""

from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "var" / "reports"
MARK = "table: "

Row = dict[str, str]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    tables: dict[str, list[Row]] = {}
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, row in report.user_properties if report.when == "call" else ():
            if name.startswith(MARK):
                tables.setdefault(name.removeprefix(MARK), []).append(row)
    for name, rows in sorted(tables.items()):
        path = FOLDER / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(written(rows)) + "\n", encoding="utf-8")
        terminalreporter.write_line(f"{name}: {len(rows)} rows in {path}")


def written(rows: list[Row]) -> list[str]:
    """The lines of a Markdown table, in the order of the first column."""
    columns = list(rows[0])
    ordered = sorted(rows, key=lambda row: row[columns[0]])
    cells = [columns, ["---"] * len(columns), *([row[name] for name in columns] for row in ordered)]
    return [f"| {' | '.join(cell.replace('|', '¦') for cell in line)} |" for line in cells]
