"""Every published fact stands somewhere in the protocol, or somebody said why it is no rule.

The table names the facts by their ids in the folder of facts that lies beside this checkout. "rule/x" carries
the fact and may not claim more than the fact's tag; "~rule/x" is touched by it and rests on another one too.
"""

import re
from pathlib import Path

import pytest

from tests.clinical.charts import shipped

FACTS = Path(__file__).resolve().parents[2].parent / "shared" / "clinical" / "protocol-facts.md"
SECTIONS = ("2", "3", "4", "6", "7", "8", "9", "10")
STRENGTH = {"primary": 3, "secondary": 2, "assumed": 1}
TAGS = {"P": 3, "S": 2, "M": 1, "GAP": 1}
NUMBERED = {"SER-3": "P", "EXC-13": "S"}
"""Mixed facts: the tag of the very number a rule here speaks of."""

EVIDENCE = "evidence to weigh: it sets no rule"
NONE = "no action follows from it"

TABLE = {
    "EXC-1": "rule/aneurysm",
    "EXC-2": "rule/arteriovenous-malformation",
    "EXC-3": "rule/intracerebral-haemorrhage",
    "EXC-4": "rule/ketamine-allergy",
    "EXC-5": "rule/stroke rule/brain-injury rule/myocardial-infarction "
    "rule/unstable-angina rule/eclampsia rule/coronary-disease",
    "EXC-6": "rule/pregnancy",
    "EXC-7": "rule/breast-feeding",
    "EXC-8": "rule/psychosis",
    "EXC-9": "rule/mania",
    "EXC-10": "rule/bipolar rule/bipolar-uncovered",
    "EXC-11": "rule/hypertension rule/hypertension-uncontrolled rule/hypertensive-crisis",
    "EXC-12": "rule/hypertensive-encephalopathy",
    "EXC-13": "rule/heart-failure rule/arrhythmia "
    "rule/cardiac-arrest unset/myocardial-infarction-recent ~rule/unstable-angina",
    "EXC-14": "rule/raised-intracranial-pressure",
    "EXC-15": "rule/acute-glaucoma rule/glaucoma",
    "EXC-16": "rule/hyperthyroidism",
    "EXC-17": "rule/porphyria",
    "EXC-18": "rule/liver-failure rule/liver-disease",
    "EXC-19": "rule/cystitis rule/ketamine-bladder",
    "EXC-20": "rule/substance-use-disorder rule/substance-misuse",
    "EXC-21": "rule/opioid-use rule/overdose",
    "EXC-22": "rule/intoxication rule/drug-screen-positive",
    "EXC-23": "rule/suicidality rule/cssrs-high rule/phq9-item-9",
    "EXC-24": "rule/dementia ~rule/brain-injury",
    "EXC-25": "rule/personality-disorder",
    "EXC-26": "rule/seizure",
    "EXC-27": "rule/breathing rule/sleep-apnoea-risk",
    "EXC-28": "rule/under-18",
    "THR-BP-1": "rule/bp-above-limit rule/blood-pressure-before-dose",
    "THR-BP-2": "unset/bp-hard-stop unset/blood-pressure-hard-stop",
    "THR-BP-3": "number/emergent-hypertension",
    "THR-BP-4": "number/haemodynamic-event",
    "THR-BP-5": "rule/bp-crisis",
    "THR-BP-6": "rule/symptoms-at-discharge item/discharge/no-symptoms ~rule/bp-crisis",
    "THR-BP-7": "number/emergent-hypertension",
    "THR-BP-8": EVIDENCE,
    "THR-HR-1": "rule/vital-signs-outside",
    "THR-SPO2-1": "~rule/recovery-score-at-discharge",
    "THR-SPO2-2": "number/oxygen-look-and-act",
    "THR-T-1": "rule/fever",
    "THR-BMI-1": "number/ideal-weight-from-bmi",
    "THR-LAB-1": "rule/liver-tests-missing",
    "THR-LAB-2": "unset/liver-tests-high",
    "THR-LAB-3": "rule/urinalysis-missing",
    "THR-PREG-1": "rule/pregnancy-test-missing",
    "THR-PREG-2": "unset/pregnancy-test-old",
    "THR-UDS-1": "rule/drug-screen-missing ~rule/drug-screen-positive",
    "THR-ECG-1": "rule/ecg-missing",
    "THR-BZD-1": "rule/benzodiazepine-load",
    "DDI-1": "rule/benzodiazepine rule/two-sedatives",
    "DDI-2": "rule/lamotrigine",
    "DDI-3": NONE,
    "DDI-4": "rule/maoi rule/maoi-and-pressure",
    "DDI-5": "rule/stimulant rule/stimulant-and-pressure ~rule/medicines-today",
    "DDI-6": "rule/sedating-medicine rule/two-sedatives",
    "DDI-7": "rule/cyp-inhibitor",
    "DDI-8": "rule/cyp-inducer",
    "DDI-9": "rule/theophylline",
    "DDI-10": "rule/sympathomimetic",
    "DDI-11": "rule/thyroid-hormone",
    "DDI-12": "rule/antipsychotic",
    "DDI-13": "rule/nmda-antagonist",
    "DDI-14": "rule/naltrexone",
    "DDI-15": NONE,
    "ASM-1": "rule/medicine-list rule/screening-unanswered "
    "rule/baseline-score-missing rule/dose-needs-consent",
    "ASM-2": "~rule/treatment-resistance ~rule/asa-class-high ~rule/screening-unanswered",
    "ASM-3": "rule/home-baseline",
    "ASM-4": "item/pre-dose/medicines rule/medicines-today",
    "ASM-5": "consent/ketamine-treatment",
    "ASM-6": "consent/ketamine-treatment",
    "ASM-7": "consent/touch ~consent/ketamine-treatment",
    "ASM-8": "~item/pre-dose/room-ready",
    "ASM-9": "rule/dose-needs-preparation",
    "ASM-10": "rule/dose-needs-intention",
    "ASM-11": "number/fasting-sedation item/pre-dose/fasting rule/fasting-today",
    "ASM-12": "number/fasting-spray item/pre-dose/fasting",
    "ASM-13": "item/pre-dose/escort item/discharge/driving "
    "rule/driving-at-discharge number/impaired-after-dose",
    "ASM-14": "item/discharge/escort rule/escort-at-discharge",
    "ASM-15": "routine that nobody has measured: no rule asks for it",
    "ASM-16": "rule/benzodiazepine rule/sedating-medicine",
    "DOS-IV": "route/iv",
    "DOS-IM": "route/im",
    "DOS-SL": "route/sublingual",
    "DOS-PO": "route/oral",
    "DOS-SC": "route/subcutaneous",
    "DOS-IN": "route/intranasal",
    "DOS-1": "~route/sublingual ~route/oral",
    "DOS-2": "route/sublingual",
    "DOS-3": "~route/sublingual",
    "DOS-4": EVIDENCE,
    "DOS-5": EVIDENCE,
    "DOS-6": "route/iv route/im",
    "DOS-7": "~route/iv",
    "DOS-8": "route/iv",
    "DOS-9": "route/iv",
    "DOS-10": "unset/iv unset/im unset/sublingual unset/oral unset/subcutaneous",
    "DOS-11": EVIDENCE,
    "DOS-12": "rule/review-before-next-dose",
    "DIS-1": "rule/discharge-too-early route/intranasal",
    "DIS-2": "rule/recovery-score-at-discharge",
    "DIS-3": "rule/recovery-score-at-discharge",
    "DIS-4": "rule/near-baseline-at-discharge item/discharge/pressure item/discharge/steady",
    "DIS-5": "~rule/discharge-too-early ~item/discharge/driving",
    "DIS-6": "route/iv",
    "DIS-7": "item/discharge/contact item/discharge/suicide-check item/discharge/pressure",
    "DIS-8": "rule/discharge-awake item/discharge/pressure",
    "INT-1": EVIDENCE,
    "INT-2": EVIDENCE,
    "INT-3": "number/integration-from number/integration-until",
    "INT-4": "number/next-day-contact rule/next-day-contact-due",
    "INT-5": "rule/integration-before-next-dose",
    "INT-6": EVIDENCE,
    "INT-7": EVIDENCE,
    "INT-8": EVIDENCE,
    "INT-9": EVIDENCE,
    "INT-10": EVIDENCE,
    "INT-11": EVIDENCE,
    "INT-12": "number/next-day-contact number/integration-from number/integration-until",
    "SER-1": "series/six-infusions",
    "SER-2": "~series/six-infusions",
    "SER-3": "number/response-drop-percent number/response-baseline",
    "SER-4": "look/1",
    "SER-5": "look/3 look/6",
    "SER-6": "number/review-after-doses number/review-before-more-doses rule/review-due stop/no-response",
    "SER-7": EVIDENCE,
    "SER-8": EVIDENCE,
    "SER-9": EVIDENCE,
    "SER-10": "series/weekly-four",
    "SER-11": EVIDENCE,
    "SER-12": EVIDENCE,
    "SER-13": "series/guided-sessions",
    "SER-14": "series/test-dose",
    "SER-15": "series/four-weekly",
    "SER-16": "rule/suicide-check-today item/pre-dose/suicide-check",
    "LTS-1": "~rule/urinary-question-due",
    "LTS-2": "rule/urinary-question-due",
    "LTS-3": "number/urinary-question-every",
    "LTS-4": "rule/liver-tests-due",
    "LTS-5": EVIDENCE,
    "LTS-6": "rule/review-due",
    "LTS-7": "~rule/review-due",
    "LTS-8": EVIDENCE,
    "LTS-9": "its items may not be shown without a permission: a total alone is entered",
    "LTS-10": "rule/pdmp-missing rule/review-due",
    "LTS-11": "unset/liver-tests-every unset/urinalysis-every unset/ecg-every",
    "HOM-1": "rule/home-inclusion",
    "HOM-2": "rule/home-finding rule/home-unanswered rule/home-mania-ever",
    "HOM-3": EVIDENCE,
    "HOM-4": "~consent/at-home",
    "HOM-5": "rule/home-esketamine",
    "HOM-6": "rule/home-infusion",
    "HOM-7": "~rule/blood-pressure-before-dose",
    "HOM-8": "number/home-supply-sessions",
    "HOM-9": "rule/home-confirmed-live rule/sitter-named-today item/at-home/sitter-knows",
    "HOM-10": "item/at-home/sitter-knows item/at-home/home-space",
    "HOM-11": "rule/home-telemedicine",
    "HOM-12": EVIDENCE,
    "HOM-13": "rule/home-inclusion",
}


def placed() -> dict[str, str]:
    """What the protocol holds, by shelf and id, with its basis. Unset things claim nothing."""
    protocol = shipped()
    shelves = {
        "rule": {rule.id: rule for rule in protocol.rules},
        "number": protocol.numbers,
        "route": protocol.routes,
        "consent": protocol.consents,
        "series": {one.id: one for one in protocol.planning.series},
        "look": {str(one.after): one for one in protocol.planning.looks},
        "stop": {one.id: one for one in protocol.planning.stops},
    }
    for name, items in protocol.checklists.items():
        shelves[f"item/{name}"] = {item.id: item for item in items}
    pairs = ((f"{shelf}/{name}", one) for shelf, held in shelves.items() for name, one in held.items())
    found = {place: getattr(one, "basis", "") for place, one in pairs}
    return found | {f"unset/{one.id.removeprefix('route ')}": "unset" for one in protocol.unset}


def tagged() -> dict[str, str]:
    """Fact id → tag, of the sections that the protocol carries."""
    found, section = {}, ""
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        if head := re.match(r"## (\d+)\.", line):
            section = head[1]
        row = re.match(r"\| ((?:EXC|THR|DDI|ASM|DOS|DIS|INT|SER|LTS|HOM)-[A-Z0-9-]+) \|", line)
        if row and section in SECTIONS:
            found[row[1]] = line.rstrip(" |").rsplit("|", 1)[1].strip()
    return found


def weakest(tag: str) -> int:
    """The weaker of a mixed tag, as a strength."""
    return min(TAGS[word] for word in re.findall(r"\b(GAP|[PSM])\b", tag))


def places(fact: str) -> list[str]:
    """The references of a fact; none where the table gives a reason instead."""
    said = TABLE[fact]
    return said.split() if "/" in said.split()[0] else []


@pytest.mark.parametrize("fact", TABLE)
def test_what_the_table_names_is_in_the_protocol(fact: str) -> None:
    """A rule that was removed or renamed takes its fact with it only if the table says so."""
    held = placed()
    assert [place for place in places(fact) if place.lstrip("~") not in held] == []


@pytest.mark.skipif(not FACTS.is_file(), reason=f"no facts at {FACTS}")
def test_every_fact_is_in_the_table() -> None:
    """And the table speaks of no fact that is not there."""
    assert sorted(set(tagged()) ^ set(TABLE)) == []


@pytest.mark.skipif(not FACTS.is_file(), reason=f"no facts at {FACTS}")
def test_nothing_claims_more_than_its_fact() -> None:
    """A rule is at most as sure as the weaker tag of the number it speaks of."""
    held, tags = placed(), tagged()
    too_sure = [
        f"{fact} ({tags[fact]}): {place} is {held[place]}"
        for fact in TABLE
        for place in places(fact)
        if not place.startswith("~")
        and STRENGTH.get(held[place], 0) > weakest(NUMBERED.get(fact, tags[fact]))
    ]
    assert too_sure == []
