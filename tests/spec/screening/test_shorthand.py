"""How clinicians write: shorthand, brand names and bare codes are found, and what is denied is not.

A word that is found waits for a person to confirm it; one that is missed leaves the rule's own question open.
"""

import pytest

from openkap.clinical.entries.words import Code
from openkap.clinical.matching import vocabulary
from openkap.protocol.load import shipped

PROBLEMS = {
    "hx of psychosis": "psychosis",
    "MDD w/ psychosis": "psychosis",
    "Auditory hallucinations since March": "psychosis",
    "Hypnagogic hallucinations": "",
    "MDD, severe, without psychotic features": "",
    "Schizophrenia; MDD without psychotic features": "psychosis",
    "BPAD type II": "bipolar",
    "Cyclothymic disorder": "bipolar",
    "FHx: none. Bipolar II": "bipolar",
    "Family hx of bipolar": "",
    "FHx schizophrenia": "",
    "Mother has bipolar disorder": "",
    "Father's schizophrenia": "",
    "bipolar disorder ruled out": "",
    "HTN, on lisinopril": "hypertension",
    "Elevated reading without diagnosis of hypertension": "",
    "Pulmonary hypertension. HTN": "hypertension",
    "AVM, left parietal": "arteriovenous-malformation",
    "AAA 4.1 cm": "aneurysm",
    "CVA 2010": "stroke",
    "CVA tenderness": "",
    "Subdural haematoma 2004": "intracerebral-haemorrhage",
    "CHF (HFrEF)": "heart-failure",
    "AFib": "arrhythmia",
    "CAD s/p CABG": "coronary-disease",
    "TBI 2016": "brain-injury",
    "IIH": "raised-intracranial-pressure",
    "OSA on CPAP": "breathing",
    "Passive SI": "suicidality",
    "Denies SI": "",
    "AUD, severe": "substance-use-disorder",
    "Cocaine use d/o; nicotine dependence": "substance-use-disorder",
    "Tobacco use disorder": "",
    "OUD on agonist therapy": "opioid-use substance-use-disorder",
    "Anaphylaxis to ketamine 2011": "anaesthetic-allergy",
    "No allergy to ketamine": "",
}
MEDICINES = {
    "St. John's wort": "cyp-inducer",
    "Auvelity": "nmda-antagonist",
    "Azilect 1 mg": "maoi",
    "Librium taper": "benzodiazepine",
    "Norco 5/325": "opioid",
    "Dexedrine": "stimulant",
    "Contrave": "naltrexone",
    "Paxlovid": "cyp-inhibitor",
    "Cytomel": "thyroid-hormone",
    "Sudafed PRN": "sympathomimetic",
    "Fioricet": "depressant",
    "Benadryl at night": "depressant",
    "Not taking lorazepam": "",
}
BARE = {
    "F30.4": "bipolar",  # a mania in full remission is no mania now
    "F30.13": "bipolar mania",
    "G30.9": "dementia",
    "I25.10": "coronary-disease",
    "I60.9": "intracerebral-haemorrhage",
    "I69.354": "stroke",
    "I11.9": "hypertension",
    "J43.9": "breathing",
    "Z3A.12": "pregnancy",
    "F10.21": "",
}
BY_NAME = ("ketamine",)
"""Found beside its allergy, and no rule asks for it as a problem."""


@pytest.mark.parametrize(("code", "ideas"), BARE.items(), ids=str)
def test_a_bare_code(code: str, ideas: str) -> None:
    """An ICD-10-CM code that nobody wrote a word beside."""
    found = vocabulary(shipped()).of_code(Code("icd10cm", code))
    assert {meaning.value_set for meaning in found} == set(ideas.split())


@pytest.mark.parametrize(("text", "ideas"), [*PROBLEMS.items(), *MEDICINES.items()], ids=str)
def test_shorthand(text: str, ideas: str) -> None:
    """The ideas a psychiatrist would read in the line, and no other."""
    assert vocabulary(shipped()).of_text(text) - set(BY_NAME) == set(ideas.split())
