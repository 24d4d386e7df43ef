"""Validate and save; read 200 and render."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bench.peers.plain_django.models import Comment


class CommentForm(forms.ModelForm):
    class Meta:
        model = Comment
        fields: ClassVar = ["story", "name", "text"]


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """201 for a comment that was saved, 400 for one that was not valid."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return HttpResponse("not valid", status=400)
    form.save()
    return HttpResponse("saved", status=201)


@require_GET
def read(request: HttpRequest, story: str) -> HttpResponse:
    """The first 200 comments of a story as one page."""
    comments = Comment.objects.filter(story=story).order_by("id")[:200]
    return render(request, "thread.html", {"story": story, "comments": comments})
