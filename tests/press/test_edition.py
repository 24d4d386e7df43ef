"""Editions: what comes out, when, and how many together."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from letterslot.discussion import ledger, slots, states
from letterslot.discussion.models import (
    Answer,
    Clockwork,
    Comment,
    Decision,
    Edition,
    LedgerEntry,
    Printed,
    Revision,
)
from letterslot.newsroom import publication
from letterslot.press import edition as press
from letterslot.press import shelving
from letterslot.shelf.manifest import Rule

TABLES = (Answer, Clockwork, Comment, Edition, LedgerEntry, Printed)


def test_an_approved_comment_is_published_in_an_edition(newsroom):
    comment = newsroom.approved("The stones were wet.", name="Mina")
    assert newsroom.make() == press.EditionResult(edition=1, published=1, answers=1)
    assert Comment.objects.get(pk=comment).state == states.PUBLISHED
    page = newsroom.page("stories/harvest/index.html")
    assert f'id="c-{comment}"' in page
    assert "The stones were wet." in page


def test_held_and_declined_words_are_on_no_page(newsroom):
    newsroom.letter("held canary")
    declined = newsroom.letter("declined canary")
    newsroom.act(declined, "decline", clause=2, reason="rude canary")
    newsroom.approved("A word.")
    newsroom.make()
    everything = b"".join(newsroom.files().values())
    assert b"canary" not in everything


def test_a_slot_has_one_edition(newsroom):
    newsroom.approved()
    assert newsroom.make().edition == 1
    newsroom.approved()
    second = newsroom.make()
    assert (second.edition, second.waiting) == (None, 1)
    assert second.why == ("This slot has its edition; the next slot begins at 12:15 on 2026-11-23.")
    assert newsroom.make_next().edition == 2


def test_a_person_may_move_on_to_the_next_slot(newsroom):
    newsroom.approved()
    newsroom.make()
    newsroom.approved()
    assert newsroom.make(move_on=True).edition == 2
    assert Edition.objects.get(number=2).slot == Edition.objects.get(number=1).slot + 1


def test_a_clock_that_jumps_back_makes_no_second_edition(newsroom):
    newsroom.approved()
    newsroom.make()
    newsroom.approved()
    newsroom.now -= timedelta(days=3)
    assert newsroom.make().edition is None
    assert newsroom.make(move_on=True).edition == 2
    assert Edition.objects.get(number=2).date == date(2026, 11, 23)


def test_a_slot_in_which_nothing_is_due_makes_no_edition(newsroom):
    newsroom.letter()
    assert newsroom.make() == press.EditionResult(None, why="Nothing is due.")
    assert not Edition.objects.exists()


@pytest.mark.parametrize("approved", [1, 9, 10, 11])
def test_guarded_prints_the_minimum_together_or_none(guarded, approved):
    guarded.approve_many(approved)
    result = guarded.make()
    if approved < 10:
        assert (result.edition, result.published, result.waiting) == (None, 0, approved)
        assert result.why == (
            f"{approved} approved: Saltreach Courier prints at least 10 new comments together, "
            "and each after a whole slot at the earliest, so they wait."
        )
    else:
        assert (result.edition, result.published, result.waiting) == (1, approved, 0)


def test_a_writer_who_would_rather_stand_alone_waits_three_slots_for_company(guarded):
    alone = guarded.approved("Soon, please.")
    Comment.objects.filter(pk=alone).update(group="within-3-days")
    guarded.approve_many(4)
    decided = slots.current(publication.load(guarded.data), guarded.now)
    Decision.objects.update(slot=decided)
    for _ in range(3):
        assert guarded.make().published == 0
        guarded.next_slot()
    result = guarded.make()
    assert (result.published, result.waiting) == (1, 4)
    assert list(Printed.objects.values_list("pk", flat=True)) == [alone]


def test_who_would_stand_alone_goes_with_the_others_where_there_are_enough(guarded):
    alone = guarded.approved("Soon, please.")
    Comment.objects.filter(pk=alone).update(group="within-3-days")
    guarded.approve_many(9)
    assert guarded.make().published == 10


def test_the_minimum_counts_the_whole_edition_and_not_each_story(guarded):
    guarded.story("quay")
    guarded.approve_many(6)
    guarded.approve_many(4, story="quay")
    assert guarded.make().published == 10


def test_the_minimum_is_never_undercut_whatever_else_is_due(guarded):
    guarded.approve_many(12)
    guarded.make()
    printed = list(Printed.objects.values_list("pk", flat=True))
    chance = random.Random(7)
    for _ in range(8):
        guarded.next_slot()
        guarded.approve_many(chance.randrange(3, 8))
        guarded.act(guarded.letter(), "decline", clause=1)
        guarded.act(printed.pop(), chance.choice(["remove", "withdraw"]), clause=1)
        waiting = Comment.objects.filter(state=states.APPROVED).count()
        result = guarded.make()
        assert result.edition is not None
        assert result.removed == 1
        assert result.published == (waiting if waiting >= 10 else 0)
        assert guarded.faults() == []
    assert Edition.objects.filter(published__gte=10).count() > 2


def test_answers_removals_and_withdrawals_go_while_new_comments_wait(guarded):
    first, second, *_ = guarded.approve_many(10)
    guarded.make()
    guarded.act(first, "remove", clause=2)
    guarded.act(second, "withdraw")
    declined = guarded.letter()
    guarded.act(declined, "decline", clause=3)
    waiting = guarded.approved("waiting canary")
    result = guarded.make_next()
    assert (result.published, result.removed, result.answers, result.waiting) == (0, 2, 3, 1)
    assert guarded.answer(declined).state == "declined"
    assert guarded.answer(waiting) is None
    assert "waiting canary" not in guarded.page("stories/harvest/index.html")


def test_a_letter_that_cannot_be_opened_neither_counts_nor_stops_the_others(guarded):
    broken, *_ = guarded.approve_many(10)
    Revision.objects.filter(comment=broken).update(sealed=bytes(1024))
    assert guarded.make().edition is None
    guarded.approved()
    result = guarded.make()
    assert (result.published, result.waiting) == (10, 1)


def test_the_order_of_an_edition_is_not_that_of_arrival(newsroom):
    arrived = newsroom.approve_many(12)
    newsroom.make()
    printed = list(Printed.objects.order_by("position").values_list("pk", flat=True))
    assert sorted(printed) == sorted(arrived)
    assert printed != arrived
    places = list(Printed.objects.order_by("position").values_list("place", flat=True))
    assert places == list(range(12))


def test_a_dry_run_tells_what_would_be_and_changes_nothing(newsroom):
    newsroom.print_stories("harvest")
    newsroom.approve_many(2)
    newsroom.act(newsroom.letter(), "decline", clause=1)
    before = newsroom.files(), [list(table.objects.values()) for table in TABLES]
    result = newsroom.make(dry_run=True, move_on=True)
    assert result == press.EditionResult(edition=1, published=2, answers=3)
    assert (newsroom.files(), [list(table.objects.values()) for table in TABLES]) == before


def test_every_printed_comment_has_its_line_in_the_ledger(newsroom):
    comments = newsroom.approve_many(3)
    newsroom.make()
    lines = [line for line in ledger.export() if '"act":"publish"' in line]
    assert len(lines) == 3
    assert all(any(comment in line for line in lines) for comment in comments)
    assert ledger.verify() is None


def test_the_root_commits_to_the_ledger_as_it_was_at_the_edition(newsroom):
    newsroom.approved()
    newsroom.make()
    end = ledger.head()
    newsroom.approved()
    newsroom.print_stories("harvest")
    facts = shelving.facts_on_shelf(newsroom.shelf)
    assert (facts.ledger_entries, facts.ledger_head) == (end.entries, end.hash)
    assert ledger.head() != end


def test_the_root_says_edition_slot_date_and_policy(guarded):
    guarded.approve_many(10)
    guarded.make()
    facts = shelving.facts_on_shelf(guarded.shelf)
    assert (facts.edition, facts.slot, facts.date) == (1, 3, date(2026, 11, 23))
    assert facts.rule == Rule("guarded", k_min=10, hold=1, pool=0, alone_after=3)
    assert facts.expires == date(2027, 2, 21)


def test_every_edition_holds(newsroom):
    for _ in range(4):
        newsroom.approve_many(2)
        newsroom.make_next()
        assert newsroom.faults() == []


def test_files_carry_the_day_and_nothing_finer(newsroom):
    newsroom.approved()
    newsroom.make()
    times = {
        path.stat().st_mtime
        for path in newsroom.shelf.rglob("*")
        if path.is_file() and not path.relative_to(newsroom.shelf).parts[0].startswith(".")
    }
    assert times == {1795392000.0}  # 2026-11-23 00:00 UTC


def test_an_edition_is_dated_in_the_newsrooms_zone(newsroom):
    settings = newsroom.data / "publication.toml"
    settings.write_text(settings.read_text().replace('zone = "UTC"', 'zone = "Asia/Seoul"'))
    newsroom.now = newsroom.now.replace(hour=20)
    newsroom.approved()
    newsroom.make()
    assert Edition.objects.get().date == date(2026, 11, 24)
    assert "2026-11-23" in newsroom.json("door.json")["epochs"]  # still today's, in UTC
