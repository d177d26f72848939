"""Clinics, and the people who sign in. Not part of the ledger: an account holds no clinical fact."""

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

ROLES = ("director", "prescriber", "therapist", "monitor", "manager", "auditor", "patient")


class Clinic(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    demonstration = models.BooleanField(default=False)
    """True: every chart is synthetic, one-click sign-in is on, and every page says so."""
    time_zone = models.CharField(max_length=64, default="UTC")
    """IANA name; only for showing times and for what "today" means."""

    class Meta:
        app_label = "records"

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The clinic's own ledger."""
        return f"clinic:{self.id}"


class Users(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; without a password nobody can sign in to it by password."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="users")
    chart = models.UUIDField(null=True, blank=True)
    """A patient's own chart; None for staff."""
    is_active = models.BooleanField(default=True)

    objects = Users()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        app_label = "records"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="user_has_a_known_role"),
            models.CheckConstraint(
                condition=Q(role="patient", chart__isnull=False)
                | (~Q(role="patient") & Q(chart__isnull=True)),
                name="patients_have_a_chart_and_staff_have_none",
            ),
            models.UniqueConstraint(fields=["chart"], name="one_account_a_chart"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name
