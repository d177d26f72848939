"""Calls one SDC device and follows its metrics, calling again whenever it has gone away.

`sdc11073` is imported here alone, so that the product starts without it.
"""

import logging
import socket
import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from lxml.etree import LxmlError
from sdc11073.certloader import SSLContextContainer, mk_ssl_contexts
from sdc11073.consumer.consumerimpl import SdcConsumer
from sdc11073.definitions_sdc import SdcV1Definitions
from sdc11073.exceptions import ApiUsageError
from sdc11073.mdib import ConsumerMdib
from sdc11073.observableproperties import strongbind

from openkap.actions import doors
from openkap.actions.doors import Message
from openkap.clinical.refusal import BadInput
from openkap.devices import sdc
from openkap.protocol.doors import doors as limits
from openkap.records.devices import Peer, calling
from openkap.records.models import DeviceRow
from openkap.records.onecommit import Busy

LANGUAGE = "sdc"
PATIENCE_S = 10.0
_GONE = (
    OSError,
    HTTPException,
    ApiUsageError,
    LxmlError,
    RuntimeError,
    ValueError,
    AttributeError,
)
"""What the library raises when the other end is away, broken or speaks something else."""
_log = logging.getLogger(__name__)


def contexts_of(files: Sequence[Path]) -> SSLContextContainer | None:
    """Both directions of TLS from key, certificate and authority: a device calls back with its reports."""
    return mk_ssl_contexts(*files) if files else None


class Call:
    """One device, followed in a thread of its own until `stop`."""

    def __init__(self, address: str, contexts: SSLContextContainer | None = None) -> None:
        self.address, self._contexts = address, contexts
        self._over, self._fresh = threading.Event(), threading.Event()
        self._waiting: deque[Message] = deque(maxlen=limits().sdc.waiting)
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._follow, self._store)]

    def start(self) -> None:
        """Raises BadInput when no registered device is at that address."""
        self._device = self._registered()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Hang up. What was received is stored first."""
        self._over.set()
        self._fresh.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _registered(self) -> DeviceRow:
        host = urlsplit(self.address).hostname or ""
        try:
            fits = calling(Peer(host, self._shown_certificate()), LANGUAGE)
        except ValueError:
            raise BadInput("--sdc", f"{self.address[:80]!r} names no numeric address") from None
        except OSError as fault:
            raise BadInput("--sdc", f"nobody answers at {self.address[:80]} ({fault})") from None
        if len(fits) != 1:
            raise BadInput(
                "--sdc", f"no SDC device is registered at {host}", "Register it on the page Devices"
            )
        return fits[0]

    def _shown_certificate(self) -> str:
        """SHA-256 of the certificate at the address, "" for one in the clear."""
        if self._contexts is None:
            return ""
        parts = urlsplit(self.address)
        context = self._contexts.client_context
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
        return sha256(shown).hexdigest() if shown else ""

    def _follow(self) -> None:
        while not self._over.is_set():
            try:
                self._connected()
            except _GONE as fault:
                _log.warning("SDC device at %s: %s; calling again", self.address, type(fault).__name__)
            self._over.wait(limits().sdc.again_s)

    def _connected(self) -> None:
        """Until the device goes away, or we are told to stop."""
        gone = threading.Event()
        consumer = SdcConsumer(self.address, SdcV1Definitions, self._contexts)
        try:
            consumer.start_all()
            mdib = ConsumerMdib(consumer)
            mdib.init_mdib()
            strongbind(mdib, metrics_by_handle=lambda states: self._heard(mdib, states))
            strongbind(mdib, sequence_or_instance_id_changed_event=lambda _: gone.set())
            strongbind(consumer, is_connected=lambda there: None if there else gone.set())
            while not self._over.is_set() and not gone.wait(0.2):
                continue
        finally:
            consumer.stop_all(unsubscribe=not gone.is_set())

    def _heard(self, mdib: ConsumerMdib, states: Any) -> None:
        """Called in the library's thread: only noted, so that it is never held up."""
        known = mdib.descriptions.handle
        pairs = [(known.get_one(handle), state) for handle, state in (states or {}).items()]
        message = sdc.report(pairs, sequence=mdib.mdib_version or 0)
        if message is None:
            return
        if len(self._waiting) == self._waiting.maxlen:
            _log.error("SDC device at %s: the oldest report was lost", self.address)
        self._waiting.append(message)
        self._fresh.set()

    def _store(self) -> None:
        """In order, each until the database has it."""
        try:
            while not self._over.is_set() or self._waiting:
                self._fresh.wait()
                self._fresh.clear()
                while self._waiting and self._stored(message := self._waiting[0]):
                    if self._waiting[0] is message:  # else it was pushed out meanwhile
                        self._waiting.popleft()
        finally:
            connection.close()

    def _stored(self, message: Message) -> bool:
        try:
            doors.receive(self._device, message, at=datetime.now(UTC))
        except (DatabaseError, Busy, TimeoutError) as fault:
            _log.warning("SDC device at %s: %s; trying again", self.address, type(fault).__name__)
            connection.close()
            self._over.wait(1)
            self._fresh.set()
            return False
        return True
