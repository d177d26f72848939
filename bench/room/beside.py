"""What else a server has to do: a record of 5,000 entries comes in, another goes out, a report is set.

Each is the command an operator would type, in a process of its own; all three begin together every minute.
"""

import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.pages import SERVE
from bench.room.clinic import Bed

ENTRIES, EVERY_SECONDS = 5_000, 60
OF_EVERY_CHART = 10
"""What an import writes beside the problems: who it is, who looks after them, that it came in."""


@contextmanager
def work(bed: Bed) -> Iterator[Counter[str]]:
    """All three at once until it is over; how often each ended well, and badly."""
    over, ended = threading.Event(), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="openkap-beside-") as made:
        files = Path(made)
        records = (record(files, number) for number in itertools.count())
        jobs: dict[str, Callable[[], list[str]]] = {
            "imports": lambda: ["import", str(next(records))],
            "exports": lambda: ["record", bed.chart, bed.visit, str(files / "record.pdf")],
            "reports": lambda: ["protocol", "handbook", str(files / "handbook.pdf")],
        }
        threads = [
            threading.Thread(target=again, args=(over, name, words, ended)) for name, words in jobs.items()
        ]
        for thread in threads:
            thread.start()
        try:
            yield ended
        finally:
            over.set()
            for thread in threads:
                thread.join()


def again(over: threading.Event, name: str, words: Callable[[], list[str]], ended: Counter[str]) -> None:
    while True:
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-c", SERVE, *words()], stdout=subprocess.DEVNULL, check=False)
        ended[name if done.returncode == 0 else f"{name} that failed"] += 1
        if over.wait(max(0.0, began + EVERY_SECONDS - time.monotonic())):
            return


def record(folder: Path, number: int) -> Path:
    """A FHIR record of somebody new with that many problems."""
    who = {"reference": "Patient/p"}
    code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M54.5", "display": "Back"}]}
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"family": f"Long {number}", "given": ["Record"]}],
        "birthDate": "1960-01-01",
        "gender": "male",
    }
    problems = [
        {"resourceType": "Condition", "id": f"c{one}", "subject": who, "code": code}
        for one in range(ENTRIES - OF_EVERY_CHART)
    ]
    entries = [{"resource": resource} for resource in (patient, *problems)]
    file = folder / f"record-{number}.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return file
