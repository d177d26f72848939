"""Every address, action and command names the permission it needs."""

import importlib
import pkgutil

import openkap.actions
import openkap.config.commands
from openkap.actions.door import Action
from openkap.records import policy
from tests.policy.crawl import routes, unmarked


def test_every_address_names_its_permission() -> None:
    """A view without a permission, or with a misspelt one, is found by walking the resolver."""
    found = routes()
    assert len(found) > 50
    assert unmarked(found, policy.ALL) == []


def test_a_planted_address_without_a_permission_is_found() -> None:
    """The walk can fail: an address added without a permission is named."""
    assert unmarked(routes("tests.policy.holed_urls"), policy.ALL) == ["unguarded/"]


VIDEO = ("video/ask/", "video/send/", "video/stream/", "video/tell/")


def test_only_the_front_door_is_public() -> None:
    """What anybody may ask for is a short list, written here on purpose."""
    public = sorted(route.pattern for route in routes() if route.permission == "public")
    front = ["demo/sign-in/<str:username>/", "healthz", "sign-in/", "sign-out/", "enter/"]
    passkey = ["sign-in/passkey/", "sign-in/passkey/begin/"]
    tablet = ["room-worker.js", "room.webmanifest", "room/away/"]
    sitter = [f"sit/<uuid:chart>/<str:token>/{rest}" for rest in ("", "open/", "say/", *VIDEO)]
    asks_for_a_key_itself = ["fhir/Observation", *sitter]
    assert public == sorted([*front, *passkey, *tablet, *asks_for_a_key_itself])


def test_every_action_names_its_permission() -> None:
    """An action asks the policy before anything else, so it has something to ask for."""
    actions = [
        value
        for module in pkgutil.iter_modules(openkap.actions.__path__)
        for value in vars(importlib.import_module(f"openkap.actions.{module.name}")).values()
        if isinstance(value, Action)
    ]
    assert len(actions) > 20
    assert [act.name for act in actions if act.permission not in policy.ALL] == []


def test_every_command_names_its_permission() -> None:
    """The command line is a way in like any other."""
    for module in pkgutil.iter_modules(openkap.config.commands.__path__):
        command = importlib.import_module(f"openkap.config.commands.{module.name}")
        assert command.PERMISSION in policy.ALL, module.name


def test_nobody_may_what_no_row_grants() -> None:
    """Default deny: an unknown role may nothing at all."""
    stranger = policy.Principal(user="x", name="x", role="stranger", clinic="x")
    assert [permission for permission in policy.ALL if policy.may(stranger, permission)] == []
