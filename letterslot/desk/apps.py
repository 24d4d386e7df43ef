"""Tells Django of this room."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "letterslot.desk"
    label = "desk"
