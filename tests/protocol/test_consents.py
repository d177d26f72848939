"""Consents: each broken one is refused by file and key."""

import shutil
from pathlib import Path

import pytest

from openkap.protocol import load as loading
from openkap.protocol.load import ProtocolFault, load
from tests.clinical.charts import adopted

PACKAGE = Path(loading.__file__).parent
SAMPLE = """
version = "2"
title = "Sample"
required = false

[[section]]
heading = "What"
text = "It is so."
basis = "assumed"
sources = ["practice"]

[[question]]
id = "so"
asks = "Is it so?"
choices = ["Yes", "No"]
right = "Yes"
explains = "It is."
"""
EARLIER = SAMPLE.replace('"2"', '"1"').replace("It is so.", "It was so.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the protocol, to break."""
    return Path(
        shutil.copytree(PACKAGE, tmp_path / "protocol", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


def faults(folder: Path, **files: str) -> tuple[str, ...]:
    for name, content in files.items():
        (folder / "consents" / f"{name.replace('__', '.')}.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ProtocolFault) as caught:
        load(folder)
    return caught.value.faults


def test_a_consent_loads_with_its_earlier_version(folder: Path) -> None:
    """The pair the tests below break is whole; the shipped one carries its first version."""
    for name, content in (("sample.toml", SAMPLE), ("sample.v1.toml", EARLIER)):
        (folder / "consents" / name).write_text(content, encoding="utf-8")
    sample = load(folder).consents["sample"]
    assert (sample.version, sample.earlier[0].version, sample.required) == ("2", "1", False)
    assert sample.text == "What\nIt is so.\n"
    assert [text.version for text in adopted().consents["ketamine-treatment"].earlier] == ["1"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('right = "Yes"', 'right = "Perhaps"', "right: this is not one of the choices"),
        ('choices = ["Yes", "No"]', 'choices = ["Yes"]', "choices: a question needs two answers or more"),
        ('choices = ["Yes", "No"]', 'choices = ["Yes", "Yes"]', "choices: an entry stands here twice"),
        ('sources = ["practice"]', 'sources = ["hearsay"]', "'hearsay' is not in sources.toml"),
        ('basis = "assumed"\n', "", "basis: this is missing"),
        ("required = false\n", "", "required: this is missing"),
        ('title = "Sample"', 'title = "Sample"\ncolour = "red"', "colour: this key is not known here"),
        (
            '[[question]]\nid = "so"',
            '[[question]]\nid = "so"\nhint = "x"',
            "hint: this key is not known here",
        ),
    ],
)
def test_a_broken_consent_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    """One sentence with the file and the key."""
    assert old in SAMPLE
    (fault,) = [line for line in faults(folder, sample=SAMPLE.replace(old, new)) if said in line]
    assert fault.startswith("consents/sample.toml")


def test_a_consent_without_a_section_says_nothing(folder: Path) -> None:
    empty = 'version = "1"\ntitle = "Sample"\nrequired = false\n'
    assert faults(folder, sample=empty) == ("consents/sample.toml: section: this consent says nothing.",)


def test_an_earlier_version_is_named_as_it_is(folder: Path) -> None:
    """The file's name and its version agree, one is in force, and no two have the same words."""
    assert any(
        "the file is named for version 3" in line
        for line in faults(folder, sample=SAMPLE, sample__v3=EARLIER)
    )


def test_an_earlier_version_alone_is_refused(folder: Path) -> None:
    assert any("no sample.toml is in force" in line for line in faults(folder, sample__v1=EARLIER))


def test_two_versions_with_the_same_words_are_refused(folder: Path) -> None:
    same = EARLIER.replace("It was so.", "It is so.")
    assert any(
        "another version has this very text" in line
        for line in faults(folder, sample=SAMPLE, sample__v1=same)
    )
