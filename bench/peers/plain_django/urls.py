"""The two addresses of the plain Django peer."""

from __future__ import annotations

from django.urls import path

from bench.peers.plain_django import views

urlpatterns = [
    path("comment", views.send),
    path("stories/<slug:story>/", views.read),
]
