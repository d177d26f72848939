"""The loader: the shipped protocol loads whole; a broken one is refused with every fault, by file and key."""

import shutil
from pathlib import Path

import pytest

from openkap.clinical.arithmetic import KG_PER_LB
from openkap.clinical.rules import ConditionOn
from openkap.fhir import units
from openkap.protocol import load as loading
from openkap.protocol.load import ProtocolFault, load, shipped

PACKAGE = Path(loading.__file__).parent

RULE = """
[[rule]]
id = "planted"
says = "A planted rule"
when = { elapsed = "birth", under = "18 y" }
then = "warn"
sources = ["practice"]
basis = "assumed"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    return Path(
        shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


def faults(folder: Path, overlay: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(ProtocolFault) as caught:
        load(folder, overlay)
    return caught.value.faults


def plant(
    folder: Path, old: str = "", new: str = "", *, name: str = "screening/planted.toml", base: str = RULE
) -> None:
    assert old in base
    (folder / name).write_text(base.replace(old, new) if old else base + new, encoding="utf-8")


def test_the_shipped_protocol_loads_and_is_cached() -> None:
    """Rules in every stage, at least 25 of them, each with a source and a basis."""
    protocol = shipped()
    assert protocol is shipped()
    assert {rule.stage for rule in protocol.rules} == set(loading.STAGES)
    assert len(protocol.rules) >= 25
    assert all(rule.sources and rule.basis and rule.says for rule in protocol.rules)
    assert {"psychosis", "mania", "hypertension-uncontrolled"} <= {rule.id for rule in protocol.rules}


def test_every_source_is_used_or_stands_ready_with_what_it_supports() -> None:
    """A citation says what it supports and how it was seen."""
    assert all(source.title and source.supports and source.seen for source in shipped().sources.values())


def test_every_unverified_code_is_marked() -> None:
    """Codes from memory are known as such, so that a validation run can list them."""
    sets = shipped().value_sets
    assert ("icd10cm", "I61*") in sets["intracerebral-haemorrhage"].unverified
    assert ("snomed", "58214004") not in sets["psychosis"].unverified


def test_what_nobody_published_is_listed_and_never_fires() -> None:
    """A rule without a number waits for the medical director."""
    protocol = shipped()
    waiting = {one.id: one for one in protocol.unset}
    assert {"bp-hard-stop", "pregnancy-test-old", "liver-tests-high"} <= set(waiting)
    assert waiting["bp-hard-stop"].wants
    assert not set(waiting) & {rule.id for rule in protocol.rules}


def test_the_hash_covers_every_file_and_its_name(folder: Path) -> None:
    """One changed letter, a comment, or a renamed file is another protocol."""
    first = load(folder).hash
    assert load(folder).hash == first and len(first) == 64
    file = folder / "screening" / "person.toml"
    file.write_text(file.read_text(encoding="utf-8") + "# noted\n", encoding="utf-8")
    second = load(folder).hash
    file.rename(folder / "screening" / "people.toml")
    assert len({first, second, load(folder).hash}) == 3


def test_a_planted_rule_loads(folder: Path) -> None:
    """The rule that the tests below break is itself whole."""
    plant(folder)
    assert load(folder).rule("planted").then == "warn"


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        ('says = "A planted rule"\n', "", "says", "this is missing"),
        ('says = "A planted rule"', 'says = ""', "says", "this is empty"),
        ('says = "A planted rule"', "says = 3", "says", "3 is not text"),
        ('basis = "assumed"\n', "", "basis", "this is missing"),
        ('basis = "assumed"', 'basis = "certain"', "basis", "'certain' is not one of"),
        ('basis = "assumed"', 'basis = "primary"', "basis", "it is not primary"),
        ('sources = ["practice"]\n', "", "sources", "this is missing"),
        ('sources = ["practice"]', "sources = []", "sources", "names no source"),
        ('sources = ["practice"]', 'sources = ["hearsay"]', "sources", "'hearsay' is not in sources.toml"),
        ('then = "warn"', 'then = "block"', "gate", "must name the gate"),
        ('then = "warn"', 'then = "warn"\ngate = "discharge"', "gate", "only a rule that blocks"),
        ('then = "warn"', 'then = "block"\ngate = "cellar"', "gate", "'cellar' is not one of"),
        ('then = "warn"', 'then = "maybe"', "then", "'maybe' is not one of"),
        ('then = "warn"', 'then = "warn"\nthan = "warn"', "than", "this key is not known here"),
        ('then = "warn"', 'then = "warn"\nstage = "dosing"', "stage", "lies in screening/"),
        ('then = "warn"', 'then = "warn"\nask = "Is it so?"', "ask_of", "needs somebody"),
        ('then = "warn"', 'then = "warn"\nask = "So?"\nask_of = "patient"', "ask", "could change nothing"),
        ('then = "warn"', 'then = "warn"\nanswer_holds = "soon"', "answer_holds", "not a span of time"),
        ('then = "warn"', 'then = "warn"\nasked_of_sex = ["cat"]', "asked_of_sex", "'cat' is not one of"),
        ('then = "warn"', 'then = "warn"\nclosed_by = "nothing"', "closed_by", "asks no question"),
        ('id = "planted"', 'id = "psychosis"', "id", "'psychosis' is used twice"),
        ('then = "warn"', 'then = "warn"\nat_home = "cellar"', "at_home", "'cellar' is not one of"),
        ('then = "warn"', 'then = "exclude"\nat_home = "decide"', "at_home", "is not stricter"),
        ('then = "warn"', 'then = "maybe"\nat_home = "decide"', "then", "'maybe' is not one of"),
    ],
)
def test_a_broken_rule_is_named_with_file_and_key(
    folder: Path, old: str, new: str, key: str, what: str
) -> None:
    """Every way a rule can be wrong gets one sentence that says where."""
    plant(folder, old, new)
    said = [fault for fault in faults(folder) if f": {key}: " in fault and what in fault]
    assert said and said[0].startswith("screening")


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ("{ }", "exactly one of"),
        ('{ condition = "psychosis", medicine = "maoi" }', "exactly one of"),
        ('{ condition = "sadness" }', "'sadness' is not a value set"),
        ("{ condition = [] }", "names no value set"),
        ('{ condition = "psychosis", ever = "yes" }', "'yes' is not true or false"),
        ('{ condition = "psychosis", ever = true, stale_after = "1 d" }', "cannot grow stale"),
        ('{ medicine = "sugar" }', "'sugar' is not a value set"),
        ('{ measurement = "mood", above = 3, within = "1 d" }', "'mood' is not in measurements.toml"),
        ('{ measurement = "heart-rate", above = 3 }', "within: this is missing"),
        ('{ measurement = "heart-rate", within = "1 d" }', "a limit is missing"),
        ('{ measurement = "heart-rate", above = "3", within = "1 d" }', "'3' is not a number"),
        ('{ measurement = "heart-rate", above = nan, within = "1 d" }', "is not a plain number"),
        (
            '{ measurement = "blood-pressure", above = { pulse = 3 }, within = "1 d" }',
            "not part of blood-pressure",
        ),
        ('{ score = "phq99", at_least = 1, within = "1 d" }', "'phq99' is not an instrument"),
        ('{ score = "phq9", item = 11, at_least = 1, within = "1 d" }', "phq9 has no item 11"),
        ('{ score = "phq9", at_least = 1 }', "within: this is missing"),
        ('{ result = "x-ray", value = "positive", within = "1 d" }', "'x-ray' is not a result"),
        ('{ elapsed = "birth", under = "1 y", over = "2 y" }', "exactly one of under and over"),
        ('{ elapsed = "birth", under = "200 d" }', "an age is counted in years"),
        ('{ elapsed = "moonrise", under = "1 d" }', "'moonrise' is not a kind of entry"),
        ('{ absent = "moonrise" }', "'moonrise' is not a kind of entry"),
        ('{ absent = "consented", where = { colour = "red" } }', "no such field"),
        ('{ absent = "consented", after = "moonrise" }', "'moonrise' is not a kind of entry"),
        ('{ absent = "consented", this_visit = true }', "belongs to no visit"),
        ("{ asked = true }", "there is no question"),
        ("{ all = [] }", "this list is empty"),
        ('{ any = [{ condition = "sadness" }] }', "'sadness' is not a value set"),
        ('{ not = { condition = "sadness" } }', "'sadness' is not a value set"),
        ('{ present = "consented", colour = "red" }', "this key is not known here"),
    ],
)
def test_a_broken_condition_is_named(folder: Path, when: str, what: str) -> None:
    """Unknown names and impossible limits never load."""
    plant(folder, '{ elapsed = "birth", under = "18 y" }', when)
    said = [fault for fault in faults(folder) if what in fault]
    assert said and said[0].startswith("screening/planted.toml, line ")


def test_all_faults_are_told_at_once(folder: Path) -> None:
    """Nobody mends a protocol one start at a time."""
    plant(folder, 'basis = "assumed"', 'basis = "certain"\ncolour = "red"')
    (folder / "codes" / "stroke.toml").write_text("title = 3\n", encoding="utf-8")
    said = faults(folder)
    for part in (
        "planted: basis",
        "planted: colour",
        "codes/stroke.toml, line 1: title",
        "codes/stroke.toml: a value set",
    ):
        assert any(part in fault for fault in said), (part, said)
    assert all(fault.endswith(".") for fault in said)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("codes/new.toml", 'title = "x"\nwords = ["-"]', "holds no word"),
        ("codes/new.toml", 'title = "x"\nwords = ["a", "a"]', "stands here twice"),
        (
            "codes/new.toml",
            'title = "x"\ncode = [{ system = "icd9", code = "1", verified = true }]',
            "'icd9' is not",
        ),
        (
            "codes/new.toml",
            'title = "x"\ncode = [{ system = "snomed", code = "1" }]',
            "verified: this is missing",
        ),
        (
            "codes/new.toml",
            'title = "x"\nwords = ["y"]\nnot_code = [{ system = "icd10cm", code = "F1" }]',
            "nothing to except",
        ),
        ("screening/new.toml", "not toml at all", "this is not TOML"),
        ("screening/new.toml", "colour = 3", "this key is not known here"),
        ("dosing/deep/new.toml", "", "no file belongs here"),
        ("notes.toml", "", "no file belongs here"),
        ("routes/new.toml", 'title = "x"', "check_every: this is missing"),
        ("routes/new.toml", "mg_per_kg = [2, 1]", "two rising numbers"),
        ("instruments/new.toml", "bands = [{ from = 1, word = 'x' }]", "these must rise from 0"),
        ("instruments/new.toml", "title = 'x'", "recall: this is missing"),
        ("instruments/new.toml", "recall = 'soon'", "not a span of time"),
        ("dosing/new.toml", 'checklist = "empty"', "has no item"),
        ("dosing/new.toml", 'checklist = "pre-dose"', "is used twice"),
        (
            "dosing/new.toml",
            '[numbers.n]\nsays = "x"\nbasis = "local"\nsources = ["practice"]',
            "value: this is missing",
        ),
        ("dosing/new.toml", "[numbers.n]\nvalue = 'soon'", "not a span of time"),
        ("dosing/new.toml", "[numbers.psychosis]\nvalue = 1", "'psychosis' is used twice"),
    ],
)
def test_other_broken_files_are_named(folder: Path, name: str, text: str, what: str) -> None:
    """Value sets, stray files, routes, instruments, checklists and numbers are held to the same."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    assert any(fault.startswith(name.removesuffix(".toml")) and what in fault for fault in faults(folder))


def test_a_pound_weighs_the_same_everywhere() -> None:
    """The protocol's factor and the one incoming records are read with are the pound's own definition."""
    assert dict(shipped().measurements["weight"].other_units)["[lb_av]"] == KG_PER_LB
    assert units.EXACT["[lb_av]", "kg"] == KG_PER_LB


def test_a_missing_file_is_named(folder: Path) -> None:
    """Without its sources the protocol does not start."""
    (folder / "sources.toml").unlink()
    assert "sources.toml: this file is missing." in faults(folder)


@pytest.mark.parametrize(
    "text",
    ["x = " + "[" * 3000, "x = " + "1" * 5000, "x = 0x" + "f" * 5000, "x = 1e" + "9" * 30, "x ="],
    ids=["brackets", "digits", "hexadecimal", "exponent", "nothing"],
)
@pytest.mark.parametrize(
    "name", ["program.toml", "sources.toml", "measurements.toml", "codes/stroke.toml", "screening/heart.toml"]
)
def test_a_file_that_cannot_be_read_is_the_only_fault(folder: Path, name: str, text: str) -> None:
    """Whatever it holds: what it lacks, and what others look for in it, is not said as well."""
    (folder / name).write_text(text, encoding="utf-8")
    (fault,) = faults(folder)
    assert fault.startswith(f"{name}: this is not TOML (")


@pytest.mark.parametrize("name", ["program.toml", "instruments/phq9.toml", "routes/im.toml", "strays.toml"])
def test_a_folder_in_a_file_s_place_is_named(folder: Path, name: str) -> None:
    """It is a fault like any other."""
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    (fault,) = faults(folder)
    assert fault.startswith(f"{name}: ")


def test_a_condition_nested_too_deeply_is_named(folder: Path) -> None:
    """It could be read, and then not be asked."""
    plant(folder, '{ elapsed = "birth", under = "18 y" }', "{ not = " * 90 + "{}" + " }" * 90)
    assert any("nested too deeply" in fault and "rule planted: when" in fault for fault in faults(folder))


@pytest.mark.parametrize("written", ["1e4", "1234567890", "nan", "0.0000000001"])
def test_a_number_is_written_plainly(folder: Path, written: str) -> None:
    """No exponent, no endless digits: it is shown as it stands."""
    limit = f'{{ measurement = "bmi", above = {written}, within = "30 d" }}'
    plant(folder, '{ elapsed = "birth", under = "18 y" }', limit)
    (fault,) = faults(folder)
    assert "above: " in fault and "is not a plain number" in fault


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ('{ rule = "hearsay" }', "'hearsay' is not a rule that can be asked"),
        ('{ rule = "liver-tests-high" }', "'liver-tests-high' is not a rule that can be asked"),
        ('{ rule = "clearance" }', "'clearance' is not a rule that can be asked"),
        ('{ rule = "exclusion-stands" }', "is computed"),
        ('{ any = [{ rule = "psychosis" }, { not = { rule = "planted" } }] }', "leans on itself"),
    ],
)
def test_a_rule_leans_only_on_one_that_can_be_asked(folder: Path, when: str, what: str) -> None:
    """Not there, left open, worked out elsewhere, or itself: each is named where it is written."""
    plant(folder, '{ elapsed = "birth", under = "18 y" }', when)
    said = [fault for fault in faults(folder) if what in fault]
    assert len(said) == 1 and said[0].startswith("screening") and "rule planted: when" in said[0]


def test_a_list_of_value_sets_is_any_of_them(folder: Path) -> None:
    """Two ideas in one rule are two questions joined by or."""
    plant(folder, '{ elapsed = "birth", under = "18 y" }', '{ condition = ["stroke", "seizure"] }')
    when = load(folder).rule("planted").when
    assert getattr(when, "parts", ()) == (ConditionOn("stroke"), ConditionOn("seizure"))
