"""Moderators who work on some stories: everything else is neither shown, nor counted, nor there."""

from __future__ import annotations

import pytest

from letterslot.desk import answering, decisions, hearing
from letterslot.discussion import ledger
from letterslot.discussion.models import Appeal, Comment, Report

SAME = "The very same words about the scales, sent under one story and under another as well."
ADDRESSES = [
    ("get", "/comments/{id}/"),
    ("post", "/comments/{id}/decide/"),
    ("get", "/comments/{id}/edit/"),
    ("post", "/comments/{id}/edit/"),
    ("post", "/comments/{id}/undo/"),
    ("get", "/comments/{id}/remove/"),
    ("post", "/comments/{id}/remove/"),
    ("post", "/comments/{id}/pick/"),
    ("get", "/comments/{id}/answer/"),
    ("post", "/comments/{id}/answer/"),
    ("post", "/appeals/{id}/"),
    ("post", "/reports/{id}/"),
]
FIELDS = {"decision": "approve", "revision": 1, "clause": 2, "text": "x", "hearing": "uphold"}


@pytest.fixture
def limited(desk, people, sign_in):
    """Ines, who works on the story of the east quay alone."""
    people["ines"].stories = ["east-quay"]
    people["ines"].save(update_fields=["stories"])
    return sign_in("ines")


@pytest.fixture
def here(desk):
    return desk.letter("A letter about the quay.", story="east-quay")


@pytest.fixture
def there(desk):
    return desk.letter("Elsewhere a letter.", story="bada")


def page(client, address):
    return client.get(address).content.decode()


def edition_of_all(desk):
    """An edition that the index of what is printed catches up with."""
    made = desk.edition(9, slot=9)
    made.ledger_entries = ledger.head().entries
    made.save(update_fields=["ledger_entries"])


def appealed(comment):
    """An appeal against the decline of a comment waits."""
    entry = comment.decisions.get(act="decline").entry
    ledger.act(comment.id, "appeal", hand=ledger.Hand(role="writer", via="receipt"), slot=1)
    Appeal.objects.create(comment=comment, against=entry, epoch="x", sealed_words=b"", slot=1)
    return comment


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_a_comment_elsewhere_and_none_at_all_are_refused_alike(limited, there, method, address):
    answers = [
        getattr(limited, method)(address.format(id=one), FIELDS) for one in (there.id, "nowhere1")
    ]
    assert [one.status_code for one in answers] == [403, 403]
    told = [one.content.decode().split("<main")[1] for one in answers]
    assert told[0] == told[1]
    assert "is about a story that you work on" in told[0]
    assert Comment.objects.get(pk=there.id).state == "held"


def test_the_queue_and_its_counts_are_of_these_stories_alone(limited, lise, here, there):
    shown = page(limited, "/queue/")
    assert "A letter about the quay." in shown
    assert "Elsewhere" not in shown
    assert "language=ko" not in shown
    assert "bada" not in shown
    assert ["bada" in page(lise, "/queue/"), "bada" in page(lise, "/queue/list/")] == [True, True]
    for address in ("/queue/list/", "/queue/?story=bada", "/queue/list/?story=bada",
                    "/queue/list/?language=ko", f"/queue/?group={there.id}"):  # fmt: skip
        assert "Elsewhere" not in page(limited, address)


def test_what_comes_next_is_in_reach(limited, desk, here, there):
    after = desk.letter("A second one about the quay.", slot=9)
    answer = limited.post(f"/comments/{here.id}/decide/", FIELDS)
    assert answer["Location"] == f"/comments/{after.id}/"
    answer = limited.post(f"/comments/{after.id}/decide/", FIELDS)
    assert answer["Location"] == "/queue/"
    assert "Elsewhere" not in page(limited, "/queue/")


@pytest.mark.parametrize("decision", ["approve", "decline", "undo"])
def test_many_at_once_are_refused_whole_where_one_is_elsewhere(limited, here, there, decision):
    chosen = [f"{here.id}:1", f"{there.id}:1"]
    answer = limited.post(
        "/queue/list/decide/", {"chosen": chosen, "decision": decision, "clause": 2}
    )
    assert answer.status_code == 403
    assert set(Comment.objects.values_list("state", flat=True)) == {"held"}


def test_groups_of_the_same_words_are_counted_within_reach(limited, desk, lise):
    desk.letter(SAME, story="bada")
    mine = [desk.letter(SAME, story="east-quay", comment_id=f"mine{n}") for n in range(2)]
    assert "3 together" in page(lise, "/queue/list/")
    listed = page(limited, "/queue/list/")
    assert "2 together" in listed
    assert "3 together" not in listed
    assert f"group={mine[0].id}" in listed


@pytest.mark.parametrize("query", ["q=letter", "state=held", "state=published", "story=bada",
                                   "moderator=tomas", "q=printed", "q=declined"])  # fmt: skip
def test_search_finds_within_reach(limited, lise, desk, here, there, query):
    desk.printed("Elsewhere printed.", story="bada")
    desk.printed("Printed about the quay.", story="east-quay", place=1)
    edition_of_all(desk)
    elsewhere = desk.letter("Elsewhere declined.", story="bada")
    ledger.act(elsewhere.id, "decline", hand=ledger.Hand("tomas", "moderator"), slot=1, clause=2)
    assert "lsewhere" in page(lise, f"/search/?{query}")
    assert "lsewhere" not in page(limited, f"/search/?{query}")
    assert "bada" not in page(limited, f"/search/?{query}").replace("story=bada", "")


def test_search_still_finds_what_is_in_reach(limited, desk, here):
    desk.printed("Printed letter about the quay.", story="east-quay")
    edition_of_all(desk)
    found = page(limited, "/search/?q=letter")
    assert found.count("<mark>letter</mark>") == 2


def test_printed_appeals_and_reports_are_those_in_reach(limited, lise, desk):
    for slug, place in (("bada", 0), ("east-quay", 1)):
        comment = desk.printed(f"Printed under {slug}.", story=slug, place=place)
        Report.objects.create(comment=comment, epoch="x", sealed_reason=b"", slot=1)
        declined = desk.declined(by="tomas")
        Comment.objects.filter(pk=declined.pk).update(story=slug)
        appealed(declined)
    for address in ("/printed/", "/reports/", "/appeals/"):
        assert "부두의 저울을" in page(lise, address)
        assert "부두의 저울을" not in page(limited, address)
        assert "At the east quay" in page(limited, address)
        assert "under bada" not in page(limited, address)


def test_what_was_decided_before_the_limit_is_out_of_reach_too(limited, people, desk, there):
    people["ines"].stories = None
    people["ines"].save(update_fields=["stories"])
    limited.post(f"/comments/{there.id}/decide/", FIELDS)
    assert "Elsewhere" in page(limited, "/queue/")
    people["ines"].stories = ["east-quay"]
    people["ines"].save(update_fields=["stories"])
    assert "Elsewhere" not in page(limited, "/queue/")


def test_the_verbs_of_the_command_line_refuse_as_if_nothing_were_there(desk, people, there):
    ines = people["ines"]
    ines.stories = ["east-quay"]
    facts = {"by": ines, "via": "command", "ring": desk.ring, "data": desk.data}
    printed = desk.printed("Elsewhere printed.", story="bada")
    Report.objects.create(comment=printed, epoch="x", sealed_reason=b"", slot=1)
    done = [
        decisions.approve(ids=[there.id], **facts),
        decisions.decline(ids=[there.id], clause=2, **facts),
        decisions.edit(comment_id=there.id, text="x", clause=2, **facts),
        decisions.remove(comment_id=printed.id, clause=2, **facts),
        decisions.pick(ids=[printed.id], **facts),
        hearing.dismiss(comment_id=printed.id, **facts),
        hearing.uphold(comment_id=appealed(desk.declined(by="tomas")).id,
                       **facts | {"by": _elsewhere(ines)}),
    ]  # fmt: skip
    assert [one.done for one in done] == [[]] * len(done)
    assert {why for one in done for _, why in one.refused} == {
        "There is no comment with this id.",
        "No report about this comment waits to be read.",
        "No appeal for this comment waits to be heard.",
    }


def _elsewhere(moderator):
    moderator.stories = ["bada"]
    return moderator


def test_an_answer_is_refused_elsewhere(desk, people):
    from datetime import UTC, datetime

    ines = people["ines"]
    ines.stories = ["east-quay"]
    printed = desk.printed("Elsewhere printed.", story="bada")
    done = answering.answer(
        comment_id=printed.id, text="An answer.", by=ines, via="desk", ring=desk.ring,
        data=desk.data, now=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    assert done.refused[0][1] == "There is no comment with this id."


def test_a_chief_is_never_limited(desk, people, lise, there):
    people["lise"].stories = ["east-quay"]
    people["lise"].save(update_fields=["stories"])
    assert lise.get(f"/comments/{there.id}/").status_code == 200


def test_to_no_story_at_all_means_an_empty_desk(desk, people, sign_in, here):
    people["ines"].stories = []
    people["ines"].save(update_fields=["stories"])
    assert "A letter about" not in page(sign_in("ines"), "/queue/")
