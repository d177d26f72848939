"""Addresses of screening: findings, what a clinician says about one, what is gathered beside the record."""

from django.urls import include, path

from openkap.web import history, intake_read, notnow, screening, weighing

_history = [
    path("", history.history, name="screening-history"),
    path("trial/", history.trial, name="history-trial"),
    path("substance/", history.substance, name="history-substance"),
    path("query/", history.query, name="history-query"),
    path("letter/", history.letter, name="history-letter"),
    path("asa/", history.asa, name="history-asa"),
    path("stop-bang/", history.stop_bang, name="history-stop-bang"),
]
_screening = [
    path("", screening.screening, name="screening"),
    path("answer/", screening.answer, name="screening-answer"),
    path("measure/", screening.measure, name="screening-measure"),
    path("decide/", screening.decide, name="screening-decide"),
    path("override/", weighing.override, name="screening-override"),
    path("second/", weighing.second, name="screening-second"),
    path("words/", weighing.judge, name="screening-words"),
    path("not-now/", notnow.not_now, name="screening-not-now"),
    path("intake/", intake_read.intake, name="screening-intake"),
    path("history/", include(_history)),
]

urlpatterns = [path("charts/<uuid:chart>/screening/", include(_screening))]
