"""The one table of the plain Django peer."""

from __future__ import annotations

from django.db import models


class Comment(models.Model):
    """A comment under a story, stored as it was sent."""

    story = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=80, blank=True)
    text = models.TextField(max_length=5000)

    def __str__(self) -> str:
        return f"comment {self.pk}"
