"""Text from outside is taken whole or refused with the field named."""

import pytest

from openkap.clinical.refusal import BadFields, BadInput, clean_text


@pytest.mark.parametrize("text", ["a\x00b", "half \ud800 character", "bell\x07", "\x1b[31m"])
def test_refuses_text_two_databases_would_treat_differently(text: str) -> None:
    """NUL is stored by one database and refused by the other; so is half a character."""
    with pytest.raises(BadInput, match="^note: "):
        clean_text(text, "note")


def test_keeps_names_as_people_write_them() -> None:
    """Accents, apostrophes, other scripts and emoji stay as typed; only line ends are made one kind."""
    assert clean_text("Zoë O’Neill 山田\r\nline\ttwo 🙂", "name") == "Zoë O’Neill 山田\nline\ttwo 🙂"


@pytest.mark.parametrize(("length", "taken"), [(5, True), (6, False)])
def test_the_limit_is_inclusive(length: int, taken: bool) -> None:
    """Exactly the limit fits; one more does not."""
    if taken:
        assert clean_text("x" * length, "name", limit=5)
    else:
        with pytest.raises(BadInput, match="longer than 5"):
            clean_text("x" * length, "name", limit=5)


def test_a_form_tells_all_its_faults_at_once() -> None:
    """Nobody mends one field a page load."""
    faults = BadFields([BadInput("weight", "missing", "Weigh the patient"), BadInput("lot", "missing")])
    assert str(faults) == "weight: missing. Weigh the patient. lot: missing."
