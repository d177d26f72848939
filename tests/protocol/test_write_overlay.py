"""What a form sends, written as TOML: read back it is the same, and no text breaks out of it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.clinical.protocol import Unset
from openkap.clinical.refusal import BadFields
from openkap.protocol.blanks import blanks
from openkap.protocol.load import load, shipped
from openkap.protocol.read_toml import BadToml
from openkap.protocol.write_overlay import Signature, changes_of, joined, parts, settled

GAPS = shipped().unset
OPEN = {one.name: one for one in GAPS}
SIGNED = Signature("Dr Obi", date(2026, 3, 2), "Committee")
LINE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)


def block_of(one: Unset, values: list[str], signed: Signature = SIGNED) -> str:
    return settled(one, values, signed, [f"field-{place}" for place in range(len(values))])


def values_of(one: Unset) -> list[str]:
    if one.rule:
        return [
            "7 d" if '"?"' in one.template else value
            for _, value in zip(one.asks, ("180", "110"), strict=False)
        ]
    if one.number:
        return ["4" if one.template == "count" else "90 d"]
    return ["1.5", ""] if one.route else ["In words"]


@pytest.mark.parametrize("name", OPEN)
def test_every_gap_can_be_settled_by_its_form(name: str) -> None:
    """Written, read, and no longer open; the form gets back what was typed."""
    one = OPEN[name]
    block = block_of(one, values_of(one))
    made = load(overlay=block)
    assert name not in {other.name for other in made.unset}
    assert len(made.unset) == len(OPEN) - 1
    own, again = parts(block, GAPS)
    assert (own, list(again)) == ("", [name])
    assert list(again[name].typed) == values_of(one)


@settings(max_examples=25)  # each one loads the protocol
@given(words=LINE, reason=LINE, by=LINE)
def test_no_words_break_out_of_their_string(words: str, reason: str, by: str) -> None:
    """Quotes, backslashes, brackets: what was written is what is read."""
    name = "route im: the titration step (DOS-10)"
    block = block_of(OPEN[name], [words], Signature(by, date(2026, 3, 2), reason))
    (change,) = load(overlay=block).changes
    assert (change.says, change.reason, change.by) == (words, reason, by)


@pytest.mark.parametrize("value", ["", "soon", "-4", "4 d } ]", "1e3", "7d", "4\n", "٤"])
def test_what_is_no_value_is_refused(value: str) -> None:
    """In a rule and in a number alike."""
    for name in ("pregnancy-test-old", "ecg-every"):
        with pytest.raises(BadFields, match=r"is not a time|nothing was written"):
            block_of(OPEN[name], [value])


def test_each_value_is_told_at_its_own_field() -> None:
    """A number where a time goes, words where a number goes, one of two left out."""
    for name, values, told in (
        ("ecg-every", ["90"], {"field-0": "'90' is not a time"}),
        (
            "bp-hard-stop",
            ["", "high"],
            {"field-0": "nothing was written", "field-1": "'high' is not a number"},
        ),
        ("consent-stands-for-doses", ["1.5"], {"field-0": "'1.5' is not a whole number"}),
    ):
        with pytest.raises(BadFields) as caught:
            block_of(OPEN[name], values)
        assert {fault.where: fault.what for fault in caught.value.faults} == told


def test_a_blank_knows_where_its_value_goes() -> None:
    """So that a fault of the loader finds the field it belongs to."""
    systolic, diastolic = blanks(OPEN["bp-hard-stop"])
    assert (systolic.path, diastolic.path) == (("when", "above", "systolic"), ("when", "above", "diastolic"))
    (old,) = blanks(OPEN["pregnancy-test-old"])
    assert (old.kind, old.path) == ("time", ("when", "all", 1, "within"))


def test_changes_by_hand_stay_beside_those_of_the_form() -> None:
    """Both parts are kept apart and joined again."""
    own = (
        '[[change]]\nnumber = "impaired-after-dose"\nvalue = "48 h"\nby = "x"\non = 2026-03-02\nreason = "y"'
    )
    block = block_of(OPEN["ecg-every"], ["90 d"])
    whole = joined(own, [block])
    assert parts(whole, GAPS)[0] == own
    assert {change.touches for change in load(overlay=whole).changes} == {"impaired-after-dose", "ecg-every"}
    assert joined("", []) == ""


BLOCK = block_of(OPEN["ecg-every"], ["90 d"])
SIGNATURE = 'by = "x"\non = 2026-03-02\nreason = "y"\n'


@pytest.mark.parametrize(
    "own",
    [
        f'[[change]]\nrule = "breathing"\nthen = "exclude"\n{SIGNATURE}typed = "x"',
        '[[change]]\nrule = "breathing"\nthen = "exclude"\nby = "x"\nreason = """\n[[change]]\nfoo\n"""',
        f'[[change]]\nnumber = "ecg-every"\nvalue = "30 d"\n{SIGNATURE}typed = "90 d"',
        f'[[change]]\nnumber = "ecg-every"\nvalue = "30 d"\n{SIGNATURE}typed = ["90 d"]',
        '[[change]]\nrule = ["ecg-every"]\ntyped = "90 d"\nby = "x"\non = 2026-03-02\nreason = "y"',
        "[[change]]\n[change.when]\nrule = 1",
        "# a comment alone",
        "change = [{ typed = 3 }]",
        "change = 3",
        "[[change]]\nx =",
        "x = " + "[" * 3000,
        '"""',
    ],
)
def test_what_no_form_writes_is_by_hand_and_kept(own: str) -> None:
    """Whatever it calls itself, whatever it names, and when it is not TOML at all."""
    assert parts(own, GAPS) == (own, {})


def test_a_change_of_a_gap_that_was_filled_since_is_kept() -> None:
    """The next version of the program may ship what a clinic has set: its change is then one by hand."""
    fewer = [one for one in GAPS if one.name != "ecg-every"]
    assert parts(BLOCK, fewer) == (BLOCK.strip(), {})


def test_a_gap_that_is_set_twice_loses_neither() -> None:
    """The field shows the first; the second stays to be seen."""
    other = block_of(OPEN["ecg-every"], ["30 d"])
    own, made = parts(joined("", [BLOCK, other]), GAPS)
    assert (own, made["ecg-every"].typed) == (other.strip(), ("90 d",))


@pytest.mark.parametrize(
    ("own", "told"), [("x =", "Invalid value"), ("change = [{ rule = 1 }]", r"begin every change with \[\[")]
)
def test_changes_that_nothing_can_stand_beside_are_told(own: str, told: str) -> None:
    """What is no TOML; and a list, which TOML lets nobody add to."""
    with pytest.raises(BadToml, match=told):
        changes_of(own)


def test_the_changes_are_read_as_they_stand() -> None:
    """Without the empty one that tells whether another fits."""
    assert [change["number"] for change in changes_of(BLOCK)] == ["ecg-every"]
    assert changes_of("") == []
