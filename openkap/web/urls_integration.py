"""Addresses of the weeks after a dose."""

from django.urls import include, path

from openkap.web import integration, integration_session

_integration = [
    path("", integration.integration, name="integration"),
    path("book/", integration.book, name="integration-book"),
    path("contact/", integration.contact, name="integration-contact"),
    path("session/<str:approach>/", integration_session.session, name="integration-session"),
    path("session/<str:approach>/hold/", integration_session.hold, name="integration-session-hold"),
]

urlpatterns = [
    path("charts/<uuid:chart>/integration/", include(_integration)),
    path("integration/circle/<str:circle>/", integration_session.circle, name="integration-circle"),
    path(
        "integration/circle/<str:circle>/hold/",
        integration_session.hold_circle,
        name="integration-circle-hold",
    ),
]
