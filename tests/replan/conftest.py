"""The same clinic and person as the tests of the actions."""

from tests.actions.conftest import ready, record, staff, telling  # noqa: F401
