"""Text from outside is taken whole or refused with the field named."""

import pytest

from openkap.clinical.refusal import BadFields, BadInput, clean_text

HALF = "note: the text holds half a character (a lone surrogate). Type it again."
CONTROL = "note: the text holds a control character such as NUL. Remove it."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\x00b", CONTROL),
        ("bell\x07", CONTROL),
        ("\x1b[31m", CONTROL),
        ("\x85", CONTROL),
        ("half \ud800 character", HALF),
        ("\udfff and \x00", HALF),
    ],
)
def test_refuses_text_two_databases_would_treat_differently(text: str, says: str) -> None:
    """NUL is stored by one database and refused by the other; so is half a character."""
    with pytest.raises(BadInput) as refusal:
        clean_text(text, "note")
    assert str(refusal.value) == says


def test_keeps_names_as_people_write_them() -> None:
    """Accents, apostrophes, other scripts and emoji stay as typed; only line ends are made one kind."""
    assert clean_text("Zoë O’Neill 山田\r\nline\ttwo 🙂", "name") == "Zoë O’Neill 山田\nline\ttwo 🙂"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("one\r\ntwo", "one\ntwo"), ("one\rtwo", "one\ntwo"), ("one\r\r\ntwo\n", "one\n\ntwo\n"), ("", "")],
)
def test_a_line_ends_in_one_way_whatever_machine_typed_it(typed: str, kept: str) -> None:
    assert clean_text(typed, "note") == kept


@pytest.mark.parametrize("filled", ["x", "ß", "\n"])
def test_the_limit_is_inclusive(filled: str) -> None:
    """Exactly the limit fits; one more does not. It counts characters, also those that end a line."""
    assert clean_text(filled * 5, "name", limit=5) == filled * 5
    with pytest.raises(BadInput) as refusal:
        clean_text(filled * 6, "name", limit=5)
    assert str(refusal.value) == "name: the text is longer than 5 characters. Shorten it."


def test_a_form_tells_all_its_faults_at_once() -> None:
    """Nobody mends one field a page load."""
    weight, lot = BadInput("weight", "missing", "Weigh the patient"), BadInput("lot", "missing")
    faults = BadFields([weight, lot])
    assert faults.faults == [weight, lot]
    assert str(faults) == "weight: missing. Weigh the patient. lot: missing."


def test_a_refusal_names_its_parts_so_that_a_form_can_put_them_beside_the_box() -> None:
    """What to do is said only where there is something to do."""
    told = BadInput("weight", "this is missing", "Weigh the patient")
    assert (told.where, told.what, told.todo) == ("weight", "this is missing", "Weigh the patient")
    assert (BadInput("lot", "missing").todo, str(BadInput("lot", "missing"))) == ("", "lot: missing.")
