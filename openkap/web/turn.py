"""The way of a picture between two browsers: relays, and a name and password for them that soon run out.

coturn checks both by the secret it shares with this server (`use-auth-secret`); nobody has an account there.
"""

import hmac
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import now

LASTS = timedelta(hours=1)
"""To make a connection by; one that stands goes on. A page that looks for its way again is given new ones."""


def way() -> dict[str, Any]:
    """What RTCPeerConnection is made with. Nothing goes past a relay: neither side learns an address."""
    env = settings.OPENKAP
    if not env.turn:
        return {"iceServers": []}
    name, password = credentials(str(settings.TURN_SECRET), now() + LASTS)
    relays = {"urls": list(env.turn), "username": name, "credential": password}
    return {"iceServers": [relays], "iceTransportPolicy": "relay"}


def credentials(shared: str, until: datetime) -> tuple[str, str]:
    """A name that says when it runs out, and its password: base64 of HMAC-SHA-1, as coturn works it out."""
    name = f"{int(until.timestamp())}:openkap"
    digest = hmac.new(shared.encode(), name.encode(), "sha1").digest()
    return name, b64encode(digest).decode()
