"""Screening 100,000 made-up charts in one process, anew each, beside merely folding and walking them."""

import resource
import statistics
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bench.row import Row, faster, quicker

CHARTS, CHUNK = 100_000, 1_000
GOAL_MS, GOAL_WHAT_IF_S = 5.0, 10.0
GOAL_MB = 50.0


def rows() -> list[Row]:
    """Seconds of processor time, so that a busy machine does not count as ours."""
    from bench.charts import FEWEST, MOST

    times: list[float] = []
    plain = after_first = 0.0
    for start in range(0, CHARTS, CHUNK):
        plain += _chunk(start, times)
        after_first = after_first or _memory_mb()
    grown = _memory_mb() - after_first
    cuts = statistics.quantiles(times, n=100)
    name = f"{CHARTS:,} charts of {FEWEST} to {MOST} entries"
    return [
        faster(name, CHARTS / sum(times), CHARTS / plain, "charts/s", "folding and walking them"),
        quicker("one chart, half of them within", cuts[49] * 1000, GOAL_MS, "ms"),
        quicker("one chart, 99 of 100 within", cuts[98] * 1000, GOAL_MS, "ms"),
        quicker("memory grown after the first thousand", max(grown, 0.1), GOAL_MB, "MB"),
        quicker(f"{CHUNK:,} charts under two protocols", _what_if(), GOAL_WHAT_IF_S, "s"),
    ]


def _chunk(start: int, times: list[float]) -> float:
    """A thousand charts made, walked, screened and forgotten again. Seconds of the walk."""
    ledgers = _made(range(start, start + CHUNK))
    plain = _walked(ledgers)
    times += _screened(ledgers)
    return plain


def _made(numbers: Iterable[int]) -> list[Any]:
    from bench.charts import entries

    return [entries(number) for number in numbers]


def _walked(ledgers: list[Any]) -> float:
    """Seconds to fold each chart and look once at every entry, the least any answer costs."""
    from bench.charts import AT
    from openkap.clinical.chart import fold

    start = time.process_time()
    for ledger in ledgers:
        chart = fold("chart:bench", ledger)
        for entry in chart.entries:
            assert entry.effective_at <= AT
    return time.process_time() - start


def _screened(ledgers: list[Any]) -> list[float]:
    """Seconds a chart, folded and screened with nothing remembered."""
    from bench.charts import AT
    from openkap.clinical.chart import fold
    from openkap.clinical.screening import screen
    from openkap.protocol.load import shipped

    protocol, times = shipped(), []
    for ledger in ledgers:
        start = time.process_time()
        screen(fold("chart:bench", ledger), protocol, AT)
        times.append(time.process_time() - start)
    return times


def _what_if() -> float:
    """Seconds to ask a thousand charts under the protocol in force and a draft, and to compare."""
    from bench.charts import AT
    from openkap.clinical.chart import fold
    from openkap.clinical.screening import screen
    from openkap.protocol.load import shipped

    now = shipped()
    longer = (replace(rule, answer_holds=timedelta(days=30)) for rule in now.rules)
    draft = replace(now, hash="draft", rules=tuple(longer))
    charts = [fold("chart:bench", ledger) for ledger in _made(range(CHUNK))]
    start = time.process_time()
    changed = [chart for chart in charts if screen(chart, now, AT) != screen(chart, draft, AT)]
    took = time.process_time() - start
    assert changed, "a shorter memory for answers changes something"
    return took


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
