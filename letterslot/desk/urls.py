"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from letterslot.desk import (
    appeals,
    assets,
    doors,
    editing,
    lists,
    printed,
    ready,
    reports,
    responding,
    search_page,
    views,
)

urlpatterns = [
    path("", views.start, name="start"),
    path("sign-in/", doors.sign_in, name="sign-in"),
    path("sign-out/", doors.sign_out, name="sign-out"),
    path("unlock/", doors.unlock, name="unlock"),
    path("queue/", views.queue, name="queue"),
    path("queue/list/", lists.list_comments, name="list"),
    path("queue/list/decide/", lists.decide, name="decide-together"),
    path("queue/list/undo/", views.undo_together, name="undo-together"),
    path("reasons/", ready.reasons, name="reasons"),
    path("reasons/<int:number>/", ready.change, name="change-reason"),
    path("reasons/defaults/", ready.take_defaults, name="take-reasons"),
    path("collect/", views.collect, name="collect"),
    path("comments/<slug:comment_id>/", views.comment, name="comment"),
    path("comments/<slug:comment_id>/decide/", views.decide, name="decide"),
    path("comments/<slug:comment_id>/edit/", editing.edit, name="edit"),
    path("comments/<slug:comment_id>/undo/", views.undo, name="undo"),
    path("comments/<slug:comment_id>/remove/", printed.remove, name="remove"),
    path("comments/<slug:comment_id>/pick/", responding.pick, name="pick"),
    path("comments/<slug:comment_id>/answer/", responding.answer, name="answer"),
    path("search/", search_page.show, name="search"),
    path("printed/", printed.printed, name="printed"),
    path("appeals/", appeals.show, name="appeals"),
    path("appeals/<slug:comment_id>/", appeals.hear, name="hear"),
    path("reports/", reports.show, name="reports"),
    path("reports/<slug:comment_id>/", reports.dismiss, name="dismiss"),
    path("editions/", printed.editions, name="editions"),
    path("terms/", views.terms, name="terms"),
    path("keys/", doors.keys, name="keys"),
    path("assets/<str:name>", assets.asset, name="asset"),
]
