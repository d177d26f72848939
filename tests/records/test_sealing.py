"""A box opens with its key, for its place, unchanged; with anything else it does not open at all."""

import re
from base64 import b64decode, b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.records import sealing
from openkap.records.sealing import CannotOpen

KEY, OTHER = bytes(range(32)), bytes(32)
TEXT = st.text(max_size=200)


@given(TEXT, st.text(max_size=20))
def test_a_box_gives_back_what_was_put_in(text, about):
    box = sealing.seal(KEY, text, about)
    assert sealing.unseal(KEY, box, about) == text


@given(TEXT)
def test_the_same_text_for_the_same_place_is_the_same_box(text):
    """Sending twice stores once; another text, place or key shares neither nonce nor box."""
    box = sealing.seal(KEY, text, "a")
    assert sealing.seal(KEY, text, "a") == box
    others = (
        sealing.seal(KEY, text + "!", "a"),
        sealing.seal(KEY, text, "b"),
        sealing.seal(OTHER, text, "a"),
    )
    nonces = {b64decode("".join(one))[: sealing.NONCE_BYTES] for one in (box, *others)}
    assert len(nonces) == len(others) + 1


@pytest.mark.parametrize(("key", "about"), [(OTHER, "a"), (KEY, "b"), (KEY, "")])
def test_another_key_or_another_place_opens_nothing(key, about):
    """A box moved into another chart, or under another author's name, stays closed."""
    with pytest.raises(CannotOpen):
        sealing.unseal(key, sealing.seal(KEY, "words", "a"), about)


def test_no_byte_of_a_box_can_be_changed_or_left_out():
    whole = b64decode("".join(sealing.seal(KEY, "words", "a")))
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        for box in (bytes(changed), whole[:at]):
            with pytest.raises(CannotOpen):
                sealing.unseal(KEY, (b64encode(box).decode(),), "a")


def test_a_long_note_comes_in_pieces_the_ledger_takes():
    text = "ü" * 20_000
    box = sealing.seal(KEY, text, "a")
    assert len(box) > 1 and max(map(len, box)) <= sealing.PIECE
    assert sealing.unseal(KEY, box, "a") == text


def test_a_key_is_locked_by_what_somebody_knows():
    """And for them alone; the lock of the same key is another one each time."""
    lock = sealing.locked(KEY, "correct horse", "tomas")
    assert sealing.unlocked(lock, "correct horse", "tomas") == KEY
    assert lock != sealing.locked(KEY, "correct horse", "tomas")
    for secret, about in (("correct hors", "tomas"), ("Correct horse", "tomas"), ("correct horse", "mara")):
        with pytest.raises(CannotOpen):
            sealing.unlocked(lock, secret, about)


@settings(max_examples=20)
@given(st.integers())
def test_the_words_of_a_sheet_are_read_as_people_write_them(_):
    """In small letters, without the spaces, with digits where letters were meant."""
    words = sealing.new_words()
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", words)
    plain = sealing.plain_words(words)
    assert sealing.plain_words(words.lower().replace(" ", "").replace("o", "0").replace("i", "1")) == plain
