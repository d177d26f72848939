"""Addresses of the weeks after a dose."""

from django.urls import include, path

from openkap.web import insights, integration, integration_session, notes, portal_steps

_integration = [
    path("", integration.integration, name="integration"),
    path("book/", integration.book, name="integration-book"),
    path("contact/", integration.contact, name="integration-contact"),
    path("insight/", insights.note, name="integration-insight"),
    path("step/", insights.agree, name="integration-step"),
    path("step/went/", insights.tell, name="integration-step-went"),
    path("session/<str:approach>/", integration_session.session, name="integration-session"),
    path("session/<str:approach>/hold/", integration_session.hold, name="integration-session-hold"),
]
_notes = [
    path("", notes.notes, name="notes"),
    path("begin/", notes.begin, name="notes-begin"),
    path("open/", notes.open_, name="notes-open"),
    path("sheet/", notes.by_sheet, name="notes-sheet"),
    path("seal/", notes.seal, name="notes-seal"),
    path("draft/", notes.draft, name="notes-draft"),
    path("close/", notes.close, name="notes-close"),
]
_steps = [
    path("", portal_steps.steps, name="portal-steps"),
    path("<str:step>/", portal_steps.step, name="portal-step"),
    path("<str:step>/tell/", portal_steps.tell, name="portal-step-tell"),
]

urlpatterns = [
    path("me/steps/", include(_steps)),
    path("charts/<uuid:chart>/integration/", include(_integration)),
    path("charts/<uuid:chart>/notes/", include(_notes)),
    path("integration/circle/<str:circle>/", integration_session.circle, name="integration-circle"),
    path(
        "integration/circle/<str:circle>/hold/",
        integration_session.hold_circle,
        name="integration-circle-hold",
    ),
]
