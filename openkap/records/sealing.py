"""Boxes that one person alone can open: AES-256-GCM under a key that this computer never keeps in the clear.

A writer's key is random and made once. It is kept locked twice: by their passphrase, and by the words of a
sheet of paper they keep. Both go through Argon2id with the second parameters that RFC 9106 recommends.
"""

import hmac
import secrets
from base64 import b32encode, b64decode, b64encode
from hashlib import sha256

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12
PASSES, KIB, LANES = 3, 64 * 1024, 4
WORDS_BYTES, GROUP = 20, 4
"""What stands on the sheet: 160 random bits, as 32 letters and digits in groups of four."""
PIECE = 16_000
"""Characters of one piece of a box: the ledger takes no longer text."""


class CannotOpen(ValueError):
    """The key is another one, or a byte of the box was changed. Which of the two cannot be told."""


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def new_words() -> str:
    """For the sheet of paper, e.g. "K7QX 2MZA …"."""
    letters = b32encode(secrets.token_bytes(WORDS_BYTES)).decode()
    return " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def plain_words(typed: str) -> str:
    """The words as they are compared: capitals, no spaces, and the digits that base 32 leaves out mended."""
    return "".join(typed.upper().split()).translate(str.maketrans("018", "OIB"))


def locked(key: bytes, secret: str, about: str) -> str:
    """A key locked by what a person knows. `about`: whose it is, so that it opens nobody else's place."""
    salt = secrets.token_bytes(SALT_BYTES)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _text(salt + nonce + AESGCM(_stretched(secret, salt)).encrypt(nonce, key, about.encode()))


def unlocked(lock: str, secret: str, about: str) -> bytes:
    """The key, or CannotOpen."""
    held = b64decode(lock)
    salt, box = held[:SALT_BYTES], held[SALT_BYTES:]
    return _open(_stretched(secret, salt), box, about)


def seal(key: bytes, text: str, about: str) -> tuple[str, ...]:
    """The text as a box in pieces. The same text for the same `about` is the same box, and no other is.

    The nonce is a keyed digest of both, so that sending twice stores once and no nonce serves two texts.
    """
    said = text.encode()
    nonce = hmac.digest(key, b"nonce\0" + about.encode() + b"\0" + said, sha256)[:NONCE_BYTES]
    whole = _text(nonce + AESGCM(key).encrypt(nonce, said, about.encode()))
    return tuple(whole[at : at + PIECE] for at in range(0, len(whole), PIECE))


def unseal(key: bytes, box: tuple[str, ...], about: str) -> str:
    """The text, or CannotOpen."""
    return _open(key, b64decode("".join(box)), about).decode()


def _open(key: bytes, box: bytes, about: str) -> bytes:
    nonce, rest = box[:NONCE_BYTES], box[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, about.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("this box does not open with that key") from None


def _stretched(secret: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        secret.encode(),
        salt,
        time_cost=PASSES,
        memory_cost=KIB,
        parallelism=LANES,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
