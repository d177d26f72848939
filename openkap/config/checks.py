"""What must hold before anything is served. Each check has a code, one sentence, and what to do."""

import stat
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from openkap.config.environment import VARIABLES, Environment, strange
from openkap.protocol.load import ProtocolFault, shipped

Found = list[checks.CheckMessage]


class StartUp(AppConfig):
    """Being listed in INSTALLED_APPS is what registers the checks below."""

    name = "openkap.config"
    label = "openkap_config"


def _env() -> Environment:
    return settings.OPENKAP


@checks.register("openkap")
def sqlite_is_new_enough(**_: Any) -> Found:
    """E001: the SQLite library has the WAL-reset fault."""
    if _env().database:
        return []
    from openkap.records.sqlcipher.base import refuse_old_library

    try:
        refuse_old_library()
    except ImproperlyConfigured as fault:
        return [checks.Error(str(fault).rstrip("."), id="openkap.E001")]
    return []


@checks.register("openkap")
def key_is_there(**_: Any) -> Found:
    """E002: a database without its key cannot be read, and a new key would not open it."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    key = _env().key_file
    if _env().database or not database.exists() or key.exists():
        return []
    return [
        checks.Error(
            f"The database {database} is there, but its key {key} is not",
            hint="Restore the key from its own backup, or name it in OPENKAP_KEY_FILE.",
            id="openkap.E002",
        )
    ]


@checks.register("openkap")
def database_is_there(**_: Any) -> Found:
    """E005: a key that was made for a database, and no database: an empty one would hide that it is gone."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    key = _env().key_file
    if _env().database or _env().demo or database.exists() or not key.exists():
        return []
    return [
        checks.Error(
            f"The key {key} is there, but the database {database} that it opens is not",
            hint="Put the database back from its backup. To begin with an empty one, move the key away.",
            id="openkap.E005",
        )
    ]


@checks.register("openkap")
def keys_are_private(**_: Any) -> Found:
    """E003: keys and secrets are readable by their owner alone."""
    loose = [
        path
        for path in (_env().key_file, _env().secret_file, _env().turn_secret_file)
        if _others_may_read(path)
    ]
    return [
        checks.Error(
            f"Others on this computer may read {path}", hint=f"Run: chmod 600 {path}", id="openkap.E003"
        )
        for path in loose
    ]


def _others_may_read(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


@checks.register("openkap")
def protocol_is_whole(**_: Any) -> Found:
    """E004: the protocol in force can be read to the last key."""
    try:
        shipped()
    except ProtocolFault as fault:
        return [checks.Error(str(fault), hint="Mend the file that is named.", id="openkap.E004")]
    return []


@checks.register("openkap")
def region_has_a_crisis_line(**_: Any) -> Found:
    """E006: patients are shown the crisis lines of a region that is known."""
    if protocol_is_whole() or _env().region in (regions := shipped().crisis):
        return []
    known = ", ".join(regions)
    return [
        checks.Error(
            f"OPENKAP_REGION is {_env().region!r}, and no crisis lines are known for it",
            hint=f"Known are: {known}. Another region is one more file in protocol/crisis.",
            id="openkap.E006",
        )
    ]


@checks.register("openkap")
def key_is_kept_apart(**_: Any) -> Found:
    """W001: key and database in one folder are copied, and stolen, together."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    if _env().database or _env().demo or _env().key_file.parent != database.parent:
        return []
    return [
        checks.Warning(
            "The key lies in the same folder as the database it opens",
            hint="Name a place on another disk in OPENKAP_KEY_FILE.",
            id="openkap.W001",
        )
    ]


@checks.register("openkap")
def settings_are_spelt_right(**_: Any) -> Found:
    """W002: a variable that starts with OPENKAP_ and means nothing."""
    return [
        checks.Warning(
            f"{name} is not a setting of OpenKAP",
            hint=f"Known are: {', '.join(VARIABLES)}.",
            id="openkap.W002",
        )
        for name in strange()
    ]
