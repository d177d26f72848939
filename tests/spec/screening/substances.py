"""Substances and medicines."""

from datetime import timedelta

from tests.spec.screening.rows import (
    Dated,
    Row,
    answered,
    cannot_tell,
    days,
    measured,
    medicine,
    met,
    not_met,
    problem,
    result,
)

LIST_COMPLETE = answered("medicine-list", "yes", by="prescriber")
CLONAZEPAM = medicine("Clonazepam [Klonopin]", "rxnorm 1153378")


def load(amount: str, *, ago: timedelta = timedelta(days=1)) -> Dated:
    return measured("lorazepam-equivalent", amount, "mg/d", ago=ago)


ROWS: tuple[Row, ...] = (
    met("substance-use-disorder", "dependence by its code", problem("", "icd10cm F10.20")),
    met("substance-use-disorder", "alcoholism", problem("Alcoholism", "snomed 7200002")),
    cannot_tell(
        "substance-use-disorder", "in remission", problem("Dependence, in remission", "icd10cm F10.21")
    ),
    cannot_tell("substance-use-disorder", "nicotine", problem("Nicotine dependence", "icd10cm F17.210")),
    met("substance-misuse", "alcohol abuse", problem("Alcohol abuse, uncomplicated", "icd10cm F10.10")),
    met("substance-misuse", "cannabis abuse in words", problem("Cannabis abuse")),
    cannot_tell("substance-misuse", "a victim of abuse", problem("Victim of intimate partner abuse")),
    met("opioid-use", "long over", problem("Opioid abuse", "snomed 5602001", status="resolved", ago=4000)),
    met("intoxication", "an hour ago", problem("", "icd10cm F10.920", ago=0.04)),
    cannot_tell("intoxication", "two days ago and still active", problem("", "icd10cm F10.920", ago=2)),
    cannot_tell(
        "intoxication", "a no of 25 hours ago", answered("intoxication", "no", ago=timedelta(hours=25))
    ),
    met("drug-screen-positive", "positive", result("urine-drug-screen", "positive")),
    not_met("drug-screen-positive", "negative", result("urine-drug-screen", "negative")),
    met("drug-screen-positive", "30 days ago", result("urine-drug-screen", "positive", ago=days(30))),
    not_met("drug-screen-positive", "31 days ago", result("urine-drug-screen", "positive", ago=days(31))),
    met("medicine-list", "a person says it is not complete", answered("medicine-list", "no")),
    not_met("medicine-list", "a person says it is complete", LIST_COMPLETE),
    cannot_tell("medicine-list", "nobody looked"),
    met("benzodiazepine", "by its code", CLONAZEPAM),
    met("benzodiazepine", "a Z-drug by its ingredient", medicine("Zolpidem tartrate 10 MG Oral Tablet")),
    cannot_tell(
        "benzodiazepine", "stopped says nothing of today", medicine("Diazepam 5 MG", status="stopped")
    ),
    met("benzodiazepine", "status unknown counts", medicine("Diazepam 5 MG", status="unknown")),
    not_met("benzodiazepine", "the list is complete", LIST_COMPLETE),
    cannot_tell(
        "benzodiazepine", "the list was complete 91 days ago", answered("medicine-list", "yes", ago=days(91))
    ),
    met("benzodiazepine-load", "2.1 mg a day", CLONAZEPAM, load("2.1")),
    not_met("benzodiazepine-load", "2 mg a day", CLONAZEPAM, load("2")),
    cannot_tell("benzodiazepine-load", "nobody worked it out", CLONAZEPAM),
    cannot_tell("benzodiazepine-load", "worked out 31 days ago", CLONAZEPAM, load("1", ago=days(31))),
    met("lamotrigine", "by its ingredient", medicine("Lamotrigine 100 MG Oral Tablet")),
    met("maoi", "by its code", medicine("", "rxnorm 10734")),
    met("stimulant", "by its ingredient", medicine("Lisdexamfetamine 30 MG")),
    met("sedating-medicine", "an opioid", medicine("oxyCODONE Hydrochloride 5 MG Oral Tablet")),
    met(
        "sedating-medicine",
        "buprenorphine with its antagonist",
        medicine("buprenorphine 2 MG / naloxone 0.5 MG"),
    ),
    cannot_tell("sedating-medicine", "the antagonist alone", medicine("Naloxone 4 MG Nasal Spray")),
    met("sedating-medicine", "a gabapentinoid", medicine("Pregabalin 75 MG")),
    met("sedating-medicine", "an old antihistamine", medicine("diphenhydrAMINE 25 MG", "rxnorm 1049630")),
    cannot_tell("sedating-medicine", "on the skin only", medicine("Diphenhydramine topical gel")),
    met("cyp-inhibitor", "clopidogrel", medicine("Clopidogrel 75 MG Oral Tablet", "rxnorm 309362")),
    cannot_tell("cyp-inhibitor", "on the skin only", medicine("Ketoconazole topical cream")),
    met("cyp-inducer", "carbamazepine", medicine("Carbamazepine[Tegretol]", "rxnorm 308971")),
    met("cyp-inducer", "a herb with an apostrophe", medicine("St John's Wort 300 mg")),
    met("theophylline", "by its code", medicine("", "rxnorm 10438")),
    met("sympathomimetic", "a decongestant", medicine("Pseudoephedrine 60 MG")),
    met("thyroid-hormone", "levothyroxine", medicine("Levothyroxine Sodium 0.075 MG", "rxnorm 966222")),
    met("antipsychotic", "clozapine", medicine("clozapine 150 MG Disintegrating Tablet", "rxnorm 1006801")),
    cannot_tell("antipsychotic", "olanzapine showed nothing", medicine("Olanzapine 10 MG")),
    met("nmda-antagonist", "memantine", medicine("Memantine hydrochloride 2 MG/ML Oral Solution")),
    met("naltrexone", "by its ingredient", medicine("Naltrexone 50 MG")),
)
