"""What the desk asks the database does not grow with what waits, is decided or printed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from letterslot.desk.memory import memory
from letterslot.discussion.models import Comment

FEW, MANY = 10, 200
# Queries at most, those that tell who asks among them.
BOUNDS = {
    "/queue/": 16,
    "a decision": 17,
    "/search/?q=herring": 13,
    "/search/?q=herring&state=held": 13,
    "/search/?moderator=tomas": 13,
}


class Costs:
    """Counts what each kind of request asks for, after a page that took in what is new."""

    def __init__(self, ines: Client) -> None:
        self.ines = ines

    def all(self) -> dict[str, int]:
        for _ in range(2):
            self._decide()
            self.ines.get("/search/?q=herring")
        memory.look_through()  # as the worker does with what it has collected
        asked = {path: self._counted(path) for path in BOUNDS if path.startswith("/")}
        return asked | {"a decision": self._decide()}

    def _counted(self, path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert self.ines.get(path).status_code == 200
        return len(queries)

    def _decide(self) -> int:
        opened = self.ines.get("/queue/").context["sheet"].letter.comment
        self.ines.get(f"/comments/{opened.id}/")
        fields = {"decision": "approve", "revision": 1}
        with CaptureQueriesContext(connection) as queries:
            assert self.ines.post(f"/comments/{opened.id}/decide/", fields).status_code == 302
        return len(queries)


@pytest.fixture
def grow(desk):
    """Lets comments come until there are as many as are wanted, in two slots and under two
    stories, and an edition come out."""

    def grow_to(wanted: int) -> None:
        for number in range(Comment.objects.count(), wanted):
            story = ("east-quay", "bada")[number % 2]
            text = f"Herring number {number}, and nobody weighed it on the east quay."
            desk.letter(text, story=story, slot=1 + number % 2)
        desk.printed("Herring in print.", edition=wanted, place=wanted)
        desk.edition(wanted, slot=1)

    return grow_to


def test_page_decision_and_search_cost_the_same_with_ten_and_with_two_hundred(ines, grow):
    grow(FEW)
    few = Costs(ines).all()
    grow(MANY)
    assert Costs(ines).all() == few
    assert {kind: count for kind, count in few.items() if count > BOUNDS[kind]} == {}


def test_looking_at_the_queue_writes_nothing(ines, grow):
    grow(FEW)
    with CaptureQueriesContext(connection) as queries:
        ines.get("/queue/")
    assert [one["sql"] for one in queries if not one["sql"].startswith("SELECT")] == []
