"""Mind: psychosis, mania, suicidal thoughts, capacity."""

from datetime import timedelta

from tests.spec.screening.rows import Row, answered, cannot_tell, days, met, not_met, phq9, problem

CALM = (0, 0, 0, 0, 0, 0, 0, 0, 0)
DARK = (0, 0, 0, 0, 0, 0, 0, 0, 1)
MINUTE = timedelta(minutes=1)

ROWS: tuple[Row, ...] = (
    met("psychosis", "schizophrenia by its code", problem("Paranoid schizophrenia", "icd10cm F20.0")),
    met("psychosis", "a bare SNOMED CT code without any text", problem("", "snomed 111482003")),
    met(
        "psychosis",
        "long resolved, for it counts for life",
        problem("Schizoaffective disorder", "icd10cm F25.1", ago=6000, status="resolved"),
    ),
    met(
        "psychosis",
        "psychotic features inside a depression code",
        problem("Major depressive disorder", "icd10cm F32.3"),
    ),
    met("psychosis", "psychotic features inside a recurrent depression code", problem("", "icd10cm F33.3")),
    met(
        "psychosis",
        "psychotic features inside a bipolar code",
        problem("Severe mixed bipolar I disorder with psychotic features", "snomed 10981006"),
    ),
    met("psychosis", "the word alone, uncoded", problem("Psychosis in 2011")),
    met("psychosis", "in remission still counts", problem("Schizophrenia in remission", "snomed 4926007")),
    cannot_tell(
        "psychosis",
        "severe depression without psychotic features",
        problem("Severe major depression without psychotic features", "snomed 75084000"),
    ),
    cannot_tell("psychosis", "denied in words", problem("Depression, no history of psychosis")),
    cannot_tell("psychosis", "only in the family", problem("Family history of schizophrenia")),
    cannot_tell("psychosis", "refuted", problem("Schizophrenia", "icd10cm F20.9", verification="refuted")),
    met("psychosis", "unconfirmed still counts", problem("", "icd10cm F20.9", verification="unconfirmed")),
    cannot_tell("psychosis", "dated in the future", problem("Schizophrenia", "icd10cm F20.9", ago=-2)),
    met(
        "psychosis",
        "the record against the patient's no",
        problem("Schizophrenia", "icd10cm F20.9"),
        answered("psychosis", "no"),
    ),
    met(
        "psychosis",
        "a patient's no does not take back a yes",
        answered("psychosis", "yes", ago=days(2)),
        answered("psychosis", "no", ago=days(1)),
    ),
    not_met(
        "psychosis",
        "a prescriber's no takes back a yes",
        answered("psychosis", "yes", ago=days(2)),
        answered("psychosis", "no", by="prescriber", ago=days(1)),
    ),
    met("mania", "a manic episode by its code", problem("Manic episode", "icd10cm F30.9")),
    met("mania", "a mixed episode by its code", problem("", "snomed 10875004")),
    met("mania", "hypomania in words", problem("Hypomanic for two weeks")),
    cannot_tell("mania", "resolved", problem("Manic episode", "icd10cm F30.9", status="resolved")),
    cannot_tell(
        "mania",
        "in remission",
        problem("Manic bipolar I disorder in full remission", "snomed 30935000"),
    ),
    cannot_tell("mania", "a no of 31 days ago is too old", answered("mania", "no", ago=days(31))),
    not_met("mania", "a no of 30 days ago holds", answered("mania", "no", ago=days(30))),
    met("bipolar", "bipolar depression", problem("Bipolar depression", "icd10cm F31.30")),
    met("bipolar", "resolved, for it counts for life", problem("", "icd10cm F31.9", status="resolved")),
    met("bipolar", "in full remission", problem("", "snomed 12969000")),
    met("bipolar", "in old words", problem("Manic-depressive illness")),
    met("suicidality", "suicidal ideation by its code", problem("Suicidal ideations", "icd10cm R45.851")),
    met("suicidality", "an attempt in words", problem("Suicide attempt in March")),
    cannot_tell("suicidality", "a risk assessment is no finding", problem("Suicide risk assessment")),
    cannot_tell("suicidality", "denied", problem("Depression; denies suicidal thoughts")),
    met("phq9-item-9", "1 in item 9", phq9(DARK)),
    not_met("phq9-item-9", "0 in item 9", phq9(CALM)),
    not_met("phq9-item-9", "0 in item 9 beside a high total", phq9((3, 3, 3, 3, 3, 3, 3, 3, 0))),
    met("phq9-item-9", "1, exactly 14 days ago", phq9(DARK, ago=days(14))),
    cannot_tell("phq9-item-9", "1, older than 14 days", phq9(DARK, ago=days(14) + MINUTE)),
    cannot_tell("phq9-item-9", "a total without its answers", phq9((), total=12)),
    not_met("phq9-item-9", "the newest answer speaks", phq9(DARK, ago=days(3)), phq9(CALM)),
    met("overdose", "an old overdose", problem("Drug overdose", "snomed 55680006", status="resolved")),
    met("dementia", "dementia by its code", problem("Alzheimer's disease", "snomed 26929004")),
    met("dementia", "an accent and a capital change nothing", problem("DÉLIRIUM".replace("É", "E"))),
    met("dementia", "an intellectual disability", problem("", "icd10cm F71")),
    met("personality-disorder", "by its code", problem("", "snomed 191765005")),
    met(
        "personality-disorder",
        "a dissociative disorder",
        problem("Dissociative identity disorder", "icd10cm F44.81"),
    ),
)
