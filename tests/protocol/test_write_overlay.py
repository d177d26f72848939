"""What a form sends, written as TOML: read back it is the same, and no text breaks out of it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.clinical.protocol import Unset
from openkap.clinical.refusal import BadInput
from openkap.protocol.load import load, shipped
from openkap.protocol.write_overlay import Signature, joined, parts, settled

OPEN = {one.name: one for one in shipped().unset}
SIGNED = Signature("Dr Obi", date(2026, 3, 2), "Committee")
LINE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)


def values_of(one: Unset) -> list[str]:
    if one.rule:
        return ["7 d" if '"?"' in one.template else "180" for _ in one.asks]
    if one.number:
        return ["4" if one.template == "count" else "90 d"]
    return ["1.5", ""] if one.route else ["In words"]


@pytest.mark.parametrize("name", OPEN)
def test_every_gap_can_be_settled_by_its_form(name: str) -> None:
    """Written, read, and no longer open; the form gets back what was typed."""
    one = OPEN[name]
    block = settled(one, values_of(one), SIGNED, "field")
    made = load(overlay=block)
    assert name not in {other.name for other in made.unset}
    assert len(made.unset) == len(OPEN) - 1
    assert parts(block) == ("", {name: parts(block)[1][name]})
    assert list(parts(block)[1][name].typed) == values_of(one)


@settings(max_examples=25)  # each one loads the protocol
@given(words=LINE, reason=LINE, by=LINE)
def test_no_words_break_out_of_their_string(words: str, reason: str, by: str) -> None:
    """Quotes, backslashes, brackets: what was written is what is read."""
    name = "route im: the titration step (DOS-10)"
    (change,) = load(
        overlay=settled(OPEN[name], [words], Signature(by, date(2026, 3, 2), reason), "f")
    ).changes
    assert (change.says, change.reason, change.by) == (words, reason, by)


@pytest.mark.parametrize("value", ["", "soon", "-4", "4 d } ]", "1e3", "7d", "4\n", "٤"])
def test_what_is_no_value_is_refused(value: str) -> None:
    """In a rule and in a number alike."""
    for name in ("pregnancy-test-old", "ecg-every"):
        with pytest.raises(BadInput, match="is no value"):
            settled(OPEN[name], [value], SIGNED, "field")


def test_a_number_where_a_time_goes_is_told_by_the_loader() -> None:
    """A span of three what? The fault names the change."""
    from openkap.protocol.fault import ProtocolFault

    with pytest.raises(ProtocolFault, match="not of the kind"):
        load(overlay=settled(OPEN["ecg-every"], ["90"], SIGNED, "field"))


def test_changes_by_hand_stay_beside_those_of_the_form() -> None:
    """Both parts are kept apart and joined again."""
    own = (
        '[[change]]\nnumber = "impaired-after-dose"\nvalue = "48 h"\nby = "x"\non = 2026-03-02\nreason = "y"'
    )
    block = settled(OPEN["ecg-every"], ["90 d"], SIGNED, "field")
    whole = joined(own, [block])
    assert parts(whole)[0] == own
    assert {change.touches for change in load(overlay=whole).changes} == {"impaired-after-dose", "ecg-every"}
    assert joined("", []) == ""
