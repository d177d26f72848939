"""The measurement: makes the clinic, starts the two servers of the product and everything around them."""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.__main__ import _disk
from bench.pages import SERVE, Browser
from bench.room import __doc__ as ABOUT

LEAD_SECONDS, TAIL_SECONDS = 8, 6


def main() -> None:
    parser = argparse.ArgumentParser(description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--visits", type=int, default=200)
    parser.add_argument("--tabs", type=int, default=2)
    parser.add_argument("--beside", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="openkap-bench-", dir=_disk()) as home:
        os.environ |= {"OPENKAP_HOME": home, "OPENKAP_DEMO": "1"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkap.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        measure(asked)


def measure(asked: argparse.Namespace) -> None:
    from bench.room import beside, clinic, rising, tabs

    made = clinic.make(asked.visits)
    print(f"{asked.visits} visits made; measuring for {asked.seconds} s", flush=True)
    with ExitStack() as running:
        web = running.enter_context(command("serve", "--port", "0"))
        door = running.enter_context(command("listen", "--port", "0"))
        browser = Browser(web.port)
        browser.sign_in(made.username)
        cookie = "; ".join(f"{name}={value}" for name, value in browser._cookies.items())
        streams = [[bed.visit, f"/charts/{bed.chart}/visits/{bed.visit}/stream/"] for bed in made.beds]
        lasts = LEAD_SECONDS + asked.seconds + TAIL_SECONDS
        seen_in_tabs = running.enter_context(tabs.watching(web.port, browser._cookies, made.beds, asked.tabs))
        memory = running.enter_context(remembered({"serve": web.pid, "listen": door.pid}))
        beside_it = running.enter_context(beside.work(made.beds[0])) if asked.beside else {}
        watching = program(
            "watchers", {"port": web.port, "cookie": cookie, "streams": streams, "seconds": lasts}
        )
        time.sleep(LEAD_SECONDS)
        beds = [[bed.visit, bed.address] for bed in made.beds]
        feeding = program("monitors", {"port": door.port, "beds": beds, "seconds": asked.seconds})
        with rising.charted(made.who, made.beds, asked.seconds) as taken:
            sent = answer(feeding)
        seen = answer(watching)
        in_tabs = seen_in_tabs()
    for name, times in sorted(beside_it.items()):
        print(f"{name:<24} {times:>9,} ended beside it")
    report(asked, sent, seen, in_tabs, memory)
    alerts = {
        visit: seen[f"{visit} {rising.ALERT}"][0] for visit in taken if f"{visit} {rising.ALERT}" in seen
    }
    print(f"alerts seen              {len(alerts):>9,} of {len(taken):,} pressures at the limit")
    line("pressure on file → alert seen", [alerts[visit] - taken[visit] for visit in alerts])


class Running:
    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.pid, self.port, self.process = process.pid, port, process


@contextmanager
def command(*words: str) -> Iterator[Running]:
    """One of the product's own commands, on a port of its choosing."""
    process = subprocess.Popen([sys.executable, "-c", SERVE, *words], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r":(\d+)\b", said.partition("//")[2] or said)
        assert found, f"{words} said {said!r}"
        yield Running(process, int(found[1]))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def program(name: str, given: dict[str, Any]) -> "subprocess.Popen[str]":
    started = subprocess.Popen(
        [sys.executable, "-m", f"bench.room.{name}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdin is not None
    started.stdin.write(json.dumps(given))
    started.stdin.close()
    started.stdin = None
    return started


def answer(started: "subprocess.Popen[str]") -> Any:
    said, _ = started.communicate()
    assert started.returncode == 0, f"it ended with {started.returncode}"
    return json.loads(said)


@contextmanager
def remembered(processes: dict[str, int]) -> Iterator[dict[str, list[float]]]:
    """Resident memory in MB, every five seconds."""
    kept: dict[str, list[float]] = {name: [] for name in processes}
    over = threading.Event()

    def look() -> None:
        while not over.wait(5):
            for name, pid in processes.items():
                status = Path(f"/proc/{pid}/status").read_text()
                kept[name].append(int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024)  # type: ignore[index]

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        over.set()
        thread.join()


def report(
    asked: argparse.Namespace,
    sent: dict[str, list[float]],
    seen: dict[str, list[float]],
    in_tabs: dict[str, float],
    memory: dict[str, list[float]],
) -> None:
    from openkap.records.models import Reading

    values = 4 * len(sent)
    here = [seen.get(key, []) for key in sent]
    print(f"messages acknowledged    {len(sent):>9,} of {asked.visits * asked.seconds:,}")
    print(f"values stored            {Reading.objects.count():>9,} of {values:,}")
    print(f"values seen by listeners {sum(map(len, here)):>9,} of {values:,}")
    line("sent → acknowledged", [acked - began for began, acked in sent.values()])
    line("sent → seen by listeners", [max(seen[key]) - sent[key][0] for key in sent if key in seen])
    line("acknowledged → in a browser", [in_tabs[key] - sent[key][1] for key in sent if key in in_tabs])
    line("sent → in a browser", [in_tabs[key] - sent[key][0] for key in sent if key in in_tabs])
    for name, kept in memory.items():
        if len(kept) > 4:
            third = len(kept) // 3
            early, late = statistics.mean(kept[third : 2 * third]), statistics.mean(kept[2 * third :])
            print(f"memory of {name:<14} {early:>8.1f} MB in the middle third, {late:.1f} MB in the last")


def line(name: str, seconds: Sequence[float]) -> None:
    if not seconds:
        print(f"{name:<30} nothing measured")
        return
    ordered = sorted(1000 * one for one in seconds)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    print(
        f"{name:<30} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   most {ordered[-1]:7.1f} ms   ({len(ordered):,})"
    )


if __name__ == "__main__":
    main()
