"""What the server runs."""

import os

from django.core.asgi import get_asgi_application

from openkap.config.body_limit import BodyLimit
from openkap.fhir.json_text import MOST_BYTES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkap.config.settings")

SLACK_BYTES = 1024 * 1024
"""Beside the longest record there is: the form around it."""

application = BodyLimit(get_asgi_application(), most=MOST_BYTES + SLACK_BYTES)
