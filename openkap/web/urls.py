"""Every address of the product. The rooms' own addresses are in urls_room.py."""

from django.urls import include, path

from openkap.web import (
    board,
    chart,
    charts,
    competence,
    devices,
    fhir_door,
    formulary,
    handbook,
    importing,
    protocol_pages,
    rules_page,
    signin,
)

urlpatterns = [
    path("", signin.home, name="home"),
    path("healthz", signin.healthz, name="healthz"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("demo/sign-in/<str:username>/", signin.demo_sign_in, name="demo-sign-in"),
    path("board/", board.board, name="board"),
    path("charts/", charts.charts, name="charts"),
    path("charts/import/", importing.importing, name="import"),
    path("charts/<uuid:chart>/", chart.chart, name="chart"),
    path("staff/", competence.competences, name="competences"),
    path("staff/record/", competence.record, name="competence-record"),
    path("drugs/", formulary.formulary, name="formulary"),
    path("drugs/presentation/", formulary.set_presentation, name="formulary-presentation"),
    path("drugs/unstock/", formulary.unstock, name="formulary-unstock"),
    path("drugs/highest/", formulary.set_highest, name="formulary-highest"),
    path("drugs/lot/", formulary.record_lot, name="formulary-lot"),
    path("drugs/withdraw/", formulary.withdraw_lot, name="formulary-withdraw"),
    path("fhir/Observation", fhir_door.observation, name="fhir-observation"),
    path("devices/", devices.devices, name="devices"),
    path("devices/register/", devices.register, name="device-register"),
    path("devices/aside/", devices.put_aside, name="devices-aside"),
    path("devices/aside/<uuid:item>/", devices.one_aside, name="device-aside"),
    path("devices/<str:device>/retire/", devices.retire, name="device-retire"),
    path("protocol/", protocol_pages.protocol, name="protocol"),
    path("protocol/draft/", protocol_pages.draft, name="protocol-draft"),
    path("protocol/draft/keep/", protocol_pages.save_draft, name="protocol-draft-save"),
    path("protocol/draft/discard/", protocol_pages.discard_draft, name="protocol-draft-discard"),
    path("protocol/adoption/", protocol_pages.adoption, name="protocol-adoption"),
    path("protocol/adoption/sign/", protocol_pages.adopt, name="protocol-adopt"),
    path("protocol/rules/<str:rule>/", rules_page.rule, name="rule"),
    path("protocol/handbook/", handbook.handbook, name="handbook"),
    path("protocol/handbook/<slug:chapter>/", handbook.chapter, name="handbook-chapter"),
    path("protocol/handbook.pdf", handbook.pdf, name="handbook-pdf"),
    path("", include("openkap.web.urls_screening")),
    path("", include("openkap.web.urls_room")),
]
handler404 = "openkap.web.faults.nothing_there"
handler500 = "openkap.web.faults.broken"
