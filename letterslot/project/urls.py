"""Addresses of the desk's door."""

from __future__ import annotations

from django.urls import include, path

from letterslot.project import printing

urlpatterns = [
    path("editions/print/", printing.print_now, name="print-now"),
    path("printed/<str:comment_id>/remove-now/", printing.remove_now, name="remove-now"),
    path("", include("letterslot.desk.urls")),
]
