"""Addresses of the weeks after a dose."""

from django.urls import include, path

from openkap.web import insights, integration, integration_session, portal_steps

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
_steps = [
    path("", portal_steps.steps, name="portal-steps"),
    path("<str:step>/", portal_steps.step, name="portal-step"),
    path("<str:step>/tell/", portal_steps.tell, name="portal-step-tell"),
]

urlpatterns = [
    path("me/steps/", include(_steps)),
    path("charts/<uuid:chart>/integration/", include(_integration)),
    path("integration/circle/<str:circle>/", integration_session.circle, name="integration-circle"),
    path(
        "integration/circle/<str:circle>/hold/",
        integration_session.hold_circle,
        name="integration-circle-hold",
    ),
]
