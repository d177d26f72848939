"""Damaged input by the thousand, from a seed: bytes swapped, cut, doubled and spliced in right messages."""

import random
from collections.abc import Iterator

_MARKS = b"|^~\\&\r\n\x0b\x1c\x00\xff\xc3\"'{}[]:,0123456789.-+eENaMSHPIDOBX"


def damaged(sound: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` inputs; one in twenty is left as it is, so that the way in is walked as well."""
    rng = random.Random(seed)
    for _ in range(count):
        if rng.random() < 0.02:
            yield rng.randbytes(rng.randrange(400))
            continue
        made = bytearray(rng.choice(sound))
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 6, 12))):
            _hurt(made, rng, sound)
        yield bytes(made)


def _hurt(made: bytearray, rng: random.Random, sound: list[bytes]) -> None:
    at, size = rng.randrange(len(made) + 1), rng.choice((1, 1, 2, 4, 16, 60))
    how = rng.randrange(6)
    if how == 0:
        made[at : at + 1] = bytes([rng.choice(_MARKS)])
    elif how == 1:
        del made[at : at + size]
    elif how == 2:
        made[at:at] = made[max(0, at - size) : at] * rng.choice((1, 2, 40))
    elif how == 3:
        made[at:at] = rng.choice(sound)[at : at + 80]
    elif how == 4:
        made[at : at + size] = rng.randbytes(size)
    else:
        made[at:at] = bytes([rng.choice(_MARKS)]) * rng.choice((1, 3, 300))
