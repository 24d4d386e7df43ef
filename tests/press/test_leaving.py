"""What leaves the shelf or changes on it: edits, removals, withdrawals."""

from __future__ import annotations

from letterslot.discussion.models import Edition, Printed

STORY = "stories/harvest/index.html"
PAGE = "stories/harvest/comments/1/index.html"


def everywhere(newsroom, words):
    """The files on the shelf that hold these words, packed ones apart."""
    return [path for path, content in newsroom.files().items() if words.encode() in content]


def stub(newsroom, comment, path=PAGE):
    html = newsroom.page(path)
    start = html.index(f'id="c-{comment}"')
    return html[html.rindex("<article", 0, start) : html.index("</article>", start)]


def test_a_removed_comment_leaves_a_stub_that_explains(newsroom):
    comment = newsroom.approved("Rude canary.", name="Canary")
    newsroom.make()
    newsroom.act(comment, "remove", clause=2, reason="It names a child.")
    result = newsroom.make_next()
    assert (result.published, result.removed) == (0, 1)
    left = stub(newsroom, comment)
    assert 'class="comment removed"' in left
    assert "edition 2" in left
    assert "clause 2" in left
    assert "It names a child." in left
    assert everywhere(newsroom, "anary") == []
    assert (Printed.objects.get().name, Printed.objects.get().text) == ("", "")


def test_a_withdrawn_comment_vanishes(newsroom):
    comment = newsroom.approved("Mine canary.")
    newsroom.approved("Another word.")
    newsroom.make()
    newsroom.act(comment, "withdraw")
    assert newsroom.make_next().removed == 1
    assert everywhere(newsroom, "canary") == []
    assert everywhere(newsroom, comment) == []
    assert "Another word." in newsroom.page(STORY)


def test_a_withdrawn_comment_leaves_a_stub_where_replies_would_lose_their_place(newsroom):
    comment = newsroom.approved("Mine canary.")
    newsroom.make()
    reply = newsroom.approved("An answer.", reply_to=comment)
    newsroom.make_next()
    newsroom.act(comment, "withdraw")
    newsroom.make_next()
    assert everywhere(newsroom, "canary") == []
    assert f'id="c-{comment}"' in newsroom.page(STORY)
    assert "An answer." in newsroom.page(STORY)
    newsroom.act(reply, "withdraw")
    newsroom.make_next()
    assert everywhere(newsroom, comment) == []


def test_a_withdrawn_reply_leaves_no_stub_and_nobody_names_it(newsroom):
    root = newsroom.approved("A question.")
    newsroom.make()
    reply = newsroom.approved("One answer.", name="Canary", reply_to=root)
    newsroom.make_next()
    second = newsroom.approved("To that.", reply_to=reply)
    newsroom.make_next()
    assert "answers" in stub(newsroom, second)
    newsroom.act(reply, "withdraw")
    newsroom.make_next()
    assert everywhere(newsroom, "Canary") == []
    assert everywhere(newsroom, reply) == []
    assert "answers" not in stub(newsroom, second)


def test_a_place_never_passes_to_another_conversation(newsroom):
    first = newsroom.approved()
    newsroom.make()
    newsroom.act(first, "withdraw")
    newsroom.make_next()
    second = newsroom.approved()
    newsroom.make_next()
    assert Printed.objects.get(pk=second).place == 1


def test_an_edit_after_printing_is_marked_with_its_clause(newsroom):
    comment = newsroom.approved("Call 555-0101 canary.")
    newsroom.make()
    newsroom.edit(comment, "Call […].", clause=4)
    result = newsroom.make_next()
    assert (result.edition, result.published, result.removed, result.answers) == (2, 0, 0, 1)
    left = stub(newsroom, comment)
    assert "Call […]." in left
    assert 'class="comment-edited"' in left
    assert "clause 4" in left
    assert everywhere(newsroom, "canary") == []
    assert Printed.objects.get().edition == 1
    assert newsroom.make_next().why == "Nothing is due."


def test_an_edit_before_printing_is_marked_too(newsroom):
    comment = newsroom.letter("Call 555-0101 canary.")
    newsroom.edit(comment, "Call […].", clause=4)
    newsroom.make()
    assert 'class="comment-edited"' in stub(newsroom, comment)
    assert everywhere(newsroom, "canary") == []


def test_an_unedited_comment_bears_no_mark(newsroom):
    comment = newsroom.approved()
    newsroom.make()
    assert "comment-edited" not in stub(newsroom, comment)


def test_an_emergency_removal_waits_for_no_slot_and_prints_nothing_new(guarded):
    from letterslot.press import edition as press

    bad, *_ = guarded.approve_many(9)
    newest = guarded.approved("Bad canary.")
    guarded.make()
    guarded.act(newest, "remove", clause=2, reason="A name.")
    guarded.act(bad, "withdraw")
    guarded.approve_many(12)
    result = press.remove_now(
        data=guarded.data, ring=guarded.ring, now=guarded.now, comment_ids=[newest]
    )
    assert (result.edition, result.published, result.removed) == (2, 0, 1)
    assert (result.answers, result.waiting) == (1, 12)
    assert everywhere(guarded, "canary") == []
    assert guarded.answer(newest).state == "removed"
    assert guarded.answer(bad).state == "published"
    assert not Edition.objects.get(number=2).scheduled
    assert guarded.faults() == []
    regular = guarded.make_next()
    assert (regular.edition, regular.published, regular.removed) == (3, 12, 1)


def test_an_emergency_takes_no_slots_edition_away(newsroom):
    from letterslot.press import edition as press

    comment = newsroom.approved()
    newsroom.make()
    newsroom.next_slot()
    newsroom.act(comment, "remove", clause=1)
    press.remove_now(data=newsroom.data, ring=newsroom.ring, now=newsroom.now)
    newsroom.approved()
    assert newsroom.make().edition == 3


def test_without_anything_removed_there_is_no_emergency(newsroom):
    from letterslot.press import edition as press

    newsroom.approved()
    newsroom.make()
    result = press.remove_now(data=newsroom.data, ring=newsroom.ring, now=newsroom.now)
    assert result == press.EditionResult(None, why="Nothing that was removed stands on the shelf.")
