"""The web room as a Django app: templates, static files, template tags; no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "openkap.web"
    label = "web"
    verbose_name = "OpenKAP pages"
