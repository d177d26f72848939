"""Rows that are added and never changed. The database's triggers say the same, as a second wall."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models


class OnlyAdded(TypeError):
    """A row that is only ever added was about to be changed or removed: a fault in our own code."""


def _refuse(what: str) -> NoReturn:
    raise OnlyAdded(f"{what}: this row is only added, never changed or removed. Append a correction instead.")


class AddOnlyRows(models.QuerySet[Any]):
    def update(self, **_: Any) -> NoReturn:
        _refuse("update")

    def delete(self) -> NoReturn:
        _refuse("delete")

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("bulk_update")

    def update_or_create(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("update_or_create")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts"):
            _refuse("bulk_create with update_conflicts")
        return super().bulk_create(objs, *args, **kwargs)


class AddOnly(models.Model):
    """Base of the rows that are only added."""

    objects = AddOnlyRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse("save")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        _refuse("delete")
