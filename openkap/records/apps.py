"""The app that owns every table."""

from django.apps import AppConfig


class Records(AppConfig):
    name = "openkap.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
