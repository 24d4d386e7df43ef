"""Tells Django of this room."""

from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "letterslot.newsroom"
    label = "newsroom"
