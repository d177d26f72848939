"""A pack gives back the chart it was made of, or is refused: never another chart, never a crash."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from openkap.clinical.entries.preparation import Intention
from openkap.clinical.refusal import BadInput
from openkap.records import packed, readings
from openkap.records.ledger import Draft, append
from openkap.records.packed import ENTRIES, HOUSE, READINGS, SUMS
from tests.conftest import AT

pytestmark = pytest.mark.django_db
FLIPS = 400


@pytest.fixture
def chart(open_chart: Callable[..., str]) -> str:
    """Three intentions, and forty readings of one visit, the first thirty of them sealed."""
    made = open_chart()
    subject = f"chart:{made}"
    for words in ("rest", "line\u2028end", "sleep"):
        append([Draft(subject, Intention(words=words), AT)], author="a", via="t", at=AT)
    measure(made, 30)
    append([Draft(subject, readings.digest(made, "v1"), AT)], author="a", via="t", at=AT)
    measure(made, 10)
    return made


def measure(chart: str, count: int) -> None:
    samples = [
        readings.Sample(uuid4(), chart, "v1", "spo2", Decimal(97), "%", "monitor", AT + timedelta(seconds=n))
        for n in range(count)
    ]
    readings.store(samples, received_at=AT)


def lines_of(carried: object) -> tuple[list[str], list[UUID]]:
    return [row.hash for row in carried.entries], [row.id for row in carried.readings]


def changed(parts: dict[str, bytes], name: str, data: bytes) -> bytes:
    """A pack with one part replaced, and digests to match."""
    return packed.packed({**parts, name: data}, at=AT)


def test_a_pack_reads_as_it_was_written(chart):
    carried = packed.unpacked(packed.packed(packed.chart_parts(chart), at=AT))
    assert carried.chart == chart
    assert len(carried.entries) == 5 and len(carried.readings) == 40
    assert carried.clinic["name"] == "Lakeside"


def test_the_digests_are_those_of_the_parts(chart):
    """As sha256sum -c reads them."""
    parts = packed.chart_parts(chart)
    sums = packed._parts(packed.packed(parts, at=AT))[SUMS].decode()
    assert sums == "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in parts.items())


def test_whichever_byte_is_changed_it_is_the_same_chart_or_refused(chart):
    """Bytes that carry nothing may change; no other does, and every refusal is a sentence."""
    whole = packed.packed(packed.chart_parts(chart), at=AT)
    same, chance, refused = lines_of(packed.unpacked(whole)), random.Random(1), 0
    for at in chance.sample(range(len(whole)), min(FLIPS, len(whole))):
        bad = bytearray(whole)
        bad[at] ^= 1 << chance.randrange(8)
        try:
            assert lines_of(packed.unpacked(bytes(bad))) == same
        except BadInput as fault:
            refused += 1
            assert fault.what and fault.todo
    assert refused > FLIPS / 2
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        with pytest.raises(BadInput, match="no zip file, or a damaged one"):
            packed.unpacked(whole[:length])


@pytest.mark.parametrize("name", [ENTRIES, READINGS, HOUSE])
def test_a_part_that_is_missing_is_named(chart, name):
    parts = packed.chart_parts(chart)
    del parts[name]
    with pytest.raises(BadInput, match=rf"{name}: the pack is without it"):
        packed.unpacked(packed.packed(parts, at=AT))


def test_a_part_that_is_not_the_one_listed_is_named(chart):
    import io
    import zipfile

    parts = packed._parts(packed.packed(packed.chart_parts(chart), at=AT))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        for name, data in parts.items():
            whole.writestr(name, data + b"\n" if name == READINGS else data)
    with pytest.raises(BadInput, match="readings.jsonl: it is not what the pack was made with"):
        packed.unpacked(made.getvalue())


def rewritten(line: str, **columns: object) -> str:
    return json.dumps(json.loads(line) | columns)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda ls: [ls[0], ls[2], ls[1], *ls[3:]], "line 2: it does not continue"),
        (lambda ls: [ls[0], *ls[2:]], "line 2: it does not continue"),
        (lambda ls: ls[1:], "line 1: it does not continue"),
        (lambda ls: [ls[0], rewritten(ls[1], body='{"words":"dance"}'), *ls[2:]], "line 2: it was changed"),
        (lambda ls: [ls[0], rewritten(ls[1], author="b"), *ls[2:]], "line 2: it was changed"),
        (lambda ls: [ls[0], rewritten(ls[1], kind="of-tomorrow"), *ls[2:]], "does not know"),
        (lambda ls: [ls[0], rewritten(ls[1], more="x"), *ls[2:]], "line 2: it is no entry"),
        (lambda ls: [ls[0], "[]", *ls[2:]], "line 2: it is not an object"),
        (lambda ls: [ls[0], "{", *ls[2:]], "line 2: it is not JSON"),
        (lambda ls: [], "does not begin with who"),
    ],
)
def test_an_entry_that_was_touched_is_named(chart, change, says):
    """Also where somebody made the digests of the file anew."""
    parts = packed.chart_parts(chart)
    lines = change(parts[ENTRIES].decode().split("\n")[:-1])
    with pytest.raises(BadInput, match=says):
        packed.unpacked(changed(parts, ENTRIES, "".join(f"{line}\n" for line in lines).encode()))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda ls: [rewritten(ls[0], thousandths=88_000), *ls[1:]], "not those that entry 5 sealed"),
        (lambda ls: ls[:29], "not those that entry 5 sealed"),
        (lambda ls: [*ls[:5], *ls[6:]], "does not follow"),
        (lambda ls: [rewritten(ls[0], chart=str(uuid4())), *ls[1:]], "does not follow"),
        (lambda ls: [rewritten(ls[0], device_at="noon"), *ls[1:]], "cannot be read"),
    ],
)
def test_a_reading_that_was_touched_is_refused(chart, change, says):
    parts = packed.chart_parts(chart)
    lines = change(parts[READINGS].decode().split("\n")[:-1])
    with pytest.raises(BadInput, match=says):
        packed.unpacked(changed(parts, READINGS, "".join(f"{line}\n" for line in lines).encode()))


def test_the_sealed_readings_alone_are_whole(chart):
    """Exactly as many as were sealed will do; the ten after them stand in no digest."""
    parts = packed.chart_parts(chart)
    lines = parts[READINGS].decode().split("\n")[:30]
    carried = packed.unpacked(changed(parts, READINGS, "".join(f"{line}\n" for line in lines).encode()))
    assert len(carried.readings) == 30
