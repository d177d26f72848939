"""Addresses of preparation, the dosing room, integration, maintenance, scores and the patient's own pages."""

from django.urls import include, path

from openkap.web import (
    care_team,
    dosing,
    integration,
    maintenance,
    planning,
    portal,
    preparation,
    scores,
    stream,
    tasks,
    visits,
)

_preparation = [
    path("", preparation.preparation, name="preparation"),
    path("consent/<str:document>/", preparation.handover, name="preparation-handover"),
    path("consent/<str:document>/sign/", preparation.consent, name="preparation-consent"),
    path("withdraw/", preparation.withdraw, name="preparation-withdraw"),
    path("intention/", preparation.intention, name="preparation-intention"),
    path("session/", preparation.session, name="preparation-session"),
    path("plan/", planning.plan, name="plan"),
    path("plan/preview/", planning.preview, name="plan-preview"),
    path("plan/again/", planning.again, name="plan-again"),
    path("plan/check/", planning.check, name="plan-check"),
    path("plan/sign/", planning.sign, name="plan-sign"),
    path("plan/countersign/", planning.countersign, name="plan-countersign"),
]
_visit = [
    path("", dosing.visit, name="visit"),
    path("stream/", stream.stream, name="visit-stream"),
    path("sum/", dosing.dose_sum, name="visit-sum"),
    path("arrive/", dosing.arrive, name="visit-arrive"),
    path("check/", dosing.check, name="visit-check"),
    path("weigh/", dosing.weigh, name="visit-weigh"),
    path("start/", dosing.start, name="visit-start"),
    path("vitals/", dosing.vitals, name="visit-vitals"),
    path("observe/", dosing.observe, name="visit-observe"),
    path("end/", dosing.end, name="visit-end"),
    path("discharge-check/", dosing.discharge_check, name="visit-discharge-check"),
    path("discharge/", dosing.discharge, name="visit-discharge"),
    path("close/", dosing.close, name="visit-close"),
    path("stop/", dosing.stop, name="visit-stop"),
    path("override/", dosing.override, name="visit-override"),
]
_chart = [
    path("preparation/", include(_preparation)),
    path("visits/", visits.visits, name="visits"),
    path("visits/book/", visits.book, name="visit-book"),
    path("visits/<str:visit>/", include(_visit)),
    path("integration/", integration.integration, name="integration"),
    path("integration/book/", integration.book, name="integration-book"),
    path("integration/hold/", integration.hold, name="integration-hold"),
    path("integration/contact/", integration.contact, name="integration-contact"),
    path("maintenance/", maintenance.maintenance, name="maintenance"),
    path("maintenance/review/", maintenance.review, name="maintenance-review"),
    path("maintenance/close/", maintenance.close, name="maintenance-close"),
    path("scores/<str:instrument>/", scores.score, name="score"),
    path("scores/<str:instrument>/record/", scores.record, name="score-record"),
    path("scores/<str:instrument>/result/", scores.result, name="score-result"),
    path("team/", care_team.care_team, name="team"),
    path("team/join/", care_team.join, name="team-join"),
    path("team/leave/", care_team.leave, name="team-leave"),
    path("tasks/<str:task>/", tasks.task, name="task"),
    path("tasks/<str:task>/take/", tasks.take, name="task-take"),
    path("tasks/<str:task>/close/", tasks.close, name="task-close"),
]
_me = [
    path("", portal.today, name="portal"),
    path("record/", portal.record, name="portal-record"),
    path("help/", portal.help_now, name="portal-help"),
    path("scores/<str:instrument>/", portal.score, name="portal-score"),
    path("scores/<str:instrument>/send/", portal.send_score, name="portal-score-send"),
    path("scores/<str:instrument>/sent/", portal.sent, name="portal-score-sent"),
    path("intention/", portal.intention, name="portal-intention"),
    path("intention/save/", portal.save_intention, name="portal-intention-save"),
    path("consent/<str:document>/", portal.consent, name="portal-consent"),
    path("consent/<str:document>/sign/", portal.sign, name="portal-consent-sign"),
]

urlpatterns = [path("charts/<uuid:chart>/", include(_chart)), path("me/", include(_me))]
