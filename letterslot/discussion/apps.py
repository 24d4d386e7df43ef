"""Tells Django of this room."""

from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "letterslot.discussion"
    label = "discussion"
