"""Moderators: who may sign in at the desk, and in which role."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What a person at the desk may do; each role may also do what the one before it may."""

    READER = "reader", "reader"
    MODERATOR = "moderator", "moderator"
    CHIEF = "chief", "chief"


class ModeratorManager(BaseUserManager["Moderator"]):
    def get_by_natural_key(self, username: str | None) -> Moderator:
        return self.get(name=username)


class Moderator(AbstractBaseUser):
    """A person at the desk. The name stands in the ledger; it need not be the one on a passport."""

    name = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MODERATOR)
    is_active = models.BooleanField(default=True)
    last_login = None  # when somebody signs in is nobody's business

    objects: ClassVar[ModeratorManager] = ModeratorManager()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name
