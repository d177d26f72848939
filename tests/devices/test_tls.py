"""TLS with a certificate for each device: a forged, an expired, a foreign and a missing one are refused."""

import shutil
import socket
import ssl
import subprocess
from hashlib import sha256

import pytest

from openkap.devices.tls import both_ways
from openkap.records.models import QuarantineRow, Reading
from tests.devices.sender import Link, oru, pulse

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="no openssl here to make certificates with")
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")


def openssl(folder, *arguments):
    subprocess.run([OPENSSL, *arguments], cwd=folder, check=True, capture_output=True, timeout=30)


def authority(folder, name):
    openssl(folder, "req", "-x509", *CURVE, "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-subj", f"/CN={name}", "-days", "2")  # fmt: skip


def certificate(folder, name, by, *more):
    """A key and a certificate that an authority signed; SHA-256 of the certificate."""
    openssl(folder, "req", *CURVE, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key",
            "-CAcreateserial", "-out", f"{name}.pem", *(more or ("-days", "2")))  # fmt: skip
    return sha256(ssl.PEM_cert_to_DER_cert((folder / f"{name}.pem").read_text())).hexdigest()


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    for name in ("ours", "theirs"):
        authority(folder, name)
    shown = {name: certificate(folder, name, "ours") for name in ("server", "monitor", "other")}
    shown["foreign"] = certificate(folder, "foreign", "theirs")
    shown["expired"] = certificate(folder, "expired", "ours", "-days", "-1")
    return folder, shown


def wrapped(folder, name):
    """Wraps a socket as the holder of that certificate, or as nobody."""
    context = ssl.create_default_context(cafile=folder / "ours.pem")
    context.check_hostname = False
    if name:
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context.wrap_socket


@pytest.fixture
def secured(open_bedside, listening, papers):
    """The listener's port, with one device known by its certificate and bound."""
    folder, shown = papers
    open_bedside.bound(open_bedside.device(addresses=(), certificate=shown["monitor"]))
    return listening(context=both_ways(folder / "server.pem", folder / "server.key", folder / "ours.pem"))


def test_the_device_of_the_certificate_is_taken(secured, papers):
    with Link(secured, wrapped(papers[0], "monitor")) as link:
        assert link.ask(oru(pulse(72)))[0] == "AA"
    assert Reading.objects.count() == 1


@pytest.mark.parametrize("name", ["", "foreign", "expired"])
def test_without_a_certificate_of_the_authority_nothing_is_read(secured, papers, name):
    """The connection ends in the handshake, or at the first word after it."""
    with pytest.raises((ssl.SSLError, ConnectionError)), Link(secured, wrapped(papers[0], name)) as link:
        link.ask(oru(pulse(72)))
    assert (Reading.objects.count(), QuarantineRow.objects.count()) == (0, 0)


def test_another_certificate_of_the_authority_is_a_stranger(secured, papers):
    """Signed by ours, and no registered device's."""
    with Link(secured, wrapped(papers[0], "other")) as link:
        assert link.ask(oru(pulse(72)))[0] == "AR"
    assert Reading.objects.count() == 0


def test_plain_bytes_at_the_secured_door_are_not_read(secured):
    with socket.create_connection(("127.0.0.1", secured), timeout=20) as plain:
        plain.sendall(b"\x0bMSH|^~\\&|\x1c\r")
        plain.settimeout(20)
        try:
            assert b"MSA" not in plain.recv(1000)
        except ConnectionError:
            return


def test_a_certificate_or_key_that_is_none_is_refused(tmp_path, papers):
    (tmp_path / "x").write_text("nothing")
    for files in (("x", "x", "x"), ("missing", "x", "x")):
        with pytest.raises(OSError):
            both_ways(*(tmp_path / name for name in files))
