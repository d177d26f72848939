"""Bad networks, killed listeners, whole recordings, all through the socket: nothing twice, nothing lost."""

import csv
import json
import os
import random
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from openkap.devices.vitals_csv import SIGNALS
from openkap.protocol.doors import codes
from openkap.protocol.load import shipped
from openkap.records.models import Reading
from openkap.records.verify import verify
from tests.devices.chaos import Proxy, send_all
from tests.devices.sender import SHARED, Link, oru, pulse
from tests.records.process import ROOT, environment, run

CODE_OF = {signal.id: code for (system, code), signal in codes().signals.items() if system == "mdc"}
UNIT_OF = {"/min": "264864", "%": "262688", "mm[Hg]": "266016", "Cel": "268192"}


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_network_that_duplicates_and_cuts(open_bedside, listening, count, record_property):
    """10 % doubled, 2 % cut: each of the messages is there exactly once, and the chain is whole."""
    open_bedside.bound()
    seed, base = random.randrange(2**32), datetime.now(UTC)
    proxy = Proxy(listening(), seed)
    measured = [base + timedelta(milliseconds=number) for number in range(count)]
    messages = [oru(pulse(60 + number % 60), number=str(number), at=at) for number, at in enumerate(measured)]
    found = send_all(proxy.port, messages)
    proxy.close()
    rows = Reading.objects.order_by("device_at").values_list("device_at", "thousandths")
    expected = [
        (at.replace(microsecond=at.microsecond // 100 * 100), (60 + number % 60) * 1000)
        for number, at in enumerate(measured)
    ]
    assert list(rows) == expected, f"seed {seed}: {proxy.did}, {found}"
    assert found["AA"] == count
    assert verify() == []
    record_property("table: doors", {"what": f"{count} messages", "did": str(dict(proxy.did))})


IN_SHORT = "mimic-s00001n-part01.csv"


def all_recordings():
    names = sorted(path.name for path in (SHARED / "vitals").glob("*.csv")) or [IN_SHORT]
    return [pytest.param(name, marks=() if name == IN_SHORT else pytest.mark.long) for name in names]


@pytest.mark.parametrize("name", all_recordings())
def test_a_recording_through_the_socket(open_bedside, listening, name):
    """A message a row: every value a living person can have is stored as it was recorded, and no other."""
    path = SHARED / "vitals" / name
    if not path.is_file():
        pytest.skip("the recordings are not beside this checkout (../shared/data/vitals)")
    open_bedside.bound()
    base, expected, sent = datetime.now(UTC).replace(microsecond=0), set(), []
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
        at = base + timedelta(seconds=int(row["t_s"]))
        lines = []
        for column, (signal, unit) in SIGNALS.items():
            if row.get(column):
                lines.append(f"OBX|1|NM|{CODE_OF[signal]}^x^MDC||{row[column]}|{UNIT_OF[unit]}^x^MDC|||||F")
                if possible(signal, row[column]):
                    expected.add((signal, at, int(Decimal(row[column]) * 1000)))
        sent.append(oru(*lines, at=at))
    with Link(listening()) as link:
        answers = {link.ask(message)[0] for message in sent}
    assert answers <= {"AA", "AE"}
    assert set(Reading.objects.values_list("signal", "device_at", "thousandths")) == expected
    assert len(expected) > 300


def possible(signal, value):
    lowest, highest = codes().signal("MDC", CODE_OF[signal]).limits(shipped())
    return lowest <= Decimal(value) <= highest


PLACE = """
import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import uuid4
from openkap.actions.devices import Known, bind_device, register_device
from openkap.records.accounts import create_clinic, create_user
from openkap.records.ledger import Draft, append
from openkap.records.policy import principal_of
from tests.bedside import BOOKED, PERSON, VISIT
from openkap.clinical.entries.person import ChartOpened
clinic, now, chart = create_clinic("Lakeside", demonstration=True), datetime.now(UTC), str(uuid4())
opened = ChartOpened(**PERSON | {"clinic": str(clinic.id)})
append([Draft(f"chart:{chart}", fact, now) for fact in (opened, BOOKED)], author="t", via="t", at=now)
manager = principal_of(create_user("m", name="M", role="manager", clinic=clinic))
nurse = principal_of(create_user("n", name="N", role="monitor", clinic=clinic))
known = Known(addresses=("127.0.0.1",))
device, _ = register_device(manager, name="Monitor", language="hl7v2", known=known, at=now)
bind_device(nurse, chart, at=now, visit=VISIT, device=device)
"""
STORED = """
import json
from openkap.records.models import Reading
from openkap.records.verify import verify
rows = [at.isoformat() for at in Reading.objects.values_list("device_at", flat=True)]
print(json.dumps({"rows": rows, "faults": [str(fault) for fault in verify()]}))
"""


def listener(home):
    """The real command in a process of its own, and its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from openkap.config.cli import main; main()", "listen", "--port", "0"],
        env=environment(home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = process.stdout.readline()
    assert "listening for HL7 v2 on 127.0.0.1:" in said
    return process, int(said.split("127.0.0.1:")[1].split()[0])


def burst(port, acknowledged, stop, part):
    """Send until the other end is gone; remember what was acknowledged."""
    try:
        with Link(port) as link:
            while not stop.is_set():
                at = datetime.now(UTC)
                at = at.replace(microsecond=at.microsecond // 1000 * 1000 + part * 100)
                if link.ask(oru(pulse(72), at=at))[0] == "AA":
                    acknowledged.append(at.isoformat())
    except OSError:
        return


@pytest.mark.parametrize("rounds", [3, pytest.param(60, marks=pytest.mark.long)])
def test_a_listener_killed_in_a_burst_has_all_it_acknowledged(tmp_path, rounds):
    """kill -9 at any moment, three connections sending; started again, it goes on."""
    made = run(tmp_path, "from django.core.management import call_command\n"
                         "call_command('migrate', verbosity=0)\n" + PLACE)  # fmt: skip
    assert made.returncode == 0, made.stderr
    acknowledged, seed = [], int.from_bytes(os.urandom(4))
    rng = random.Random(seed)
    for _ in range(rounds):
        process, port = listener(tmp_path)
        stop, before = threading.Event(), len(acknowledged)
        senders = [threading.Thread(target=burst, args=(port, acknowledged, stop, part)) for part in range(3)]
        for sender in senders:
            sender.start()
        while len(acknowledged) == before:
            stop.wait(0.02)
        stop.wait(rng.random() * 0.5)
        process.kill()
        for sender in senders:
            sender.join(30)
        process.wait(30)
        process.stdout.close()
    found = json.loads(run(tmp_path, STORED).stdout)
    print(f"seed {seed}: {rounds} kills, {len(acknowledged)} acknowledged, {len(found['rows'])} stored")
    assert set(acknowledged) <= set(found["rows"]), f"seed {seed}"
    assert len(found["rows"]) == len(set(found["rows"]))
    assert found["faults"] == []
    assert len(found["rows"]) <= len(acknowledged) + 3 * rounds
