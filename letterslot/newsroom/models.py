"""Moderators: who may sign in at the desk, and in which role."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person at the desk may do; each role may also do what the one before it may."""

    READER = "reader", _("reader")
    MODERATOR = "moderator", _("moderator")
    CHIEF = "chief", _("chief")


class ModeratorManager(BaseUserManager["Moderator"]):
    def get_by_natural_key(self, username: str | None) -> Moderator:
        return self.get(name=username)


class Moderator(AbstractBaseUser):
    """A person at the desk. The name stands in the ledger; it need not be the one on a passport."""

    name = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MODERATOR)
    is_active = models.BooleanField(default=True)
    last_login = None  # when somebody signs in is nobody's business
    stories = models.JSONField(null=True)  # slugs this person works on; null: every story
    generation = models.PositiveIntegerField(default=0, db_default=0)  # raised, it ends sessions

    objects: ClassVar[ModeratorManager] = ModeratorManager()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session must carry: another password, or reset factors, end them all."""
        said = f"{self.generation}:{self.password}"
        return salted_hmac("letterslot.newsroom.session", said, algorithm="sha256").hexdigest()
