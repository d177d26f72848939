"""Addresses of the weeks after a dose."""

from django.urls import include, path

from openkap.web import (
    calendar,
    coverage,
    insights,
    integration,
    integration_session,
    messages,
    notes,
    portal_experience,
    portal_journal,
    portal_messages,
    portal_practice,
    portal_reminders,
    portal_steps,
)

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
_messages = [
    path("", messages.messages, name="messages"),
    path("send/", messages.send, name="message-send"),
    path("settle/", messages.settle, name="message-settle"),
]
_steps = [
    path("", portal_steps.steps, name="portal-steps"),
    path("<str:step>/", portal_steps.step, name="portal-step"),
    path("<str:step>/tell/", portal_steps.tell, name="portal-step-tell"),
]
_experience = [
    path("", portal_experience.mine, name="portal-experiences"),
    path("<str:visit>/", portal_experience.one, name="portal-experience"),
    path("<str:visit>/tell/", portal_experience.tell, name="portal-experience-tell"),
    path("<str:visit>/back/", portal_experience.look_back, name="portal-experience-back"),
]
_journal = [
    path("", portal_journal.journal, name="portal-journal"),
    path("new/", portal_journal.new, name="portal-journal-new"),
    path("<uuid:page>/", portal_journal.page, name="portal-journal-page"),
    path("<uuid:page>/keep/", portal_journal.keep, name="portal-journal-keep"),
    path("<uuid:page>/save/", portal_journal.save, name="portal-journal-save"),
    path("<uuid:page>/speak/", portal_journal.speak, name="portal-journal-speak"),
    path("<uuid:page>/sound/", portal_journal.sound, name="portal-journal-sound"),
    path("<uuid:page>/share/", portal_journal.share, name="portal-journal-share"),
    path("<uuid:page>/drop/", portal_journal.throw_away, name="portal-journal-drop"),
]
_practices = [
    path("", portal_practice.practices, name="portal-practices"),
    path("<str:practice>/", portal_practice.practice, name="portal-practice"),
    path("<str:practice>/tell/", portal_practice.tell, name="portal-practice-tell"),
]

urlpatterns = [
    path("me/days/", include(_experience)),
    path("me/journal/", include(_journal)),
    path("me/reminders/", portal_reminders.reminders, name="portal-reminders"),
    path("me/reminders/choose/", portal_reminders.choose, name="portal-reminders-choose"),
    path("me/messages/", portal_messages.mine, name="portal-messages"),
    path("me/messages/send/", portal_messages.send, name="portal-message-send"),
    path("charts/<uuid:chart>/messages/", include(_messages)),
    path("me/practice/", include(_practices)),
    path("me/steps/", include(_steps)),
    path("charts/<uuid:chart>/integration/", include(_integration)),
    path("charts/<uuid:chart>/notes/", include(_notes)),
    path("integration/calendar/", calendar.calendar, name="calendar"),
    path("integration/calendar/book/", calendar.book, name="calendar-book"),
    path("integration/calendar/hours/", calendar.keep, name="calendar-hours"),
    path("integration/coverage/", coverage.coverage, name="coverage"),
    path("integration/circle/<str:circle>/", integration_session.circle, name="integration-circle"),
    path(
        "integration/circle/<str:circle>/hold/",
        integration_session.hold_circle,
        name="integration-circle-hold",
    ),
]
