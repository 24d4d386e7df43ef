"""Opening the post: every letter once, whatever happens."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from letterslot.desk import post
from letterslot.discussion import ledger, wording
from letterslot.discussion.models import (
    CollectedNumber,
    Comment,
    Decision,
    Printed,
    Rejected,
    Revision,
)
from letterslot.letterbox.receipts import Receipt
from letterslot.letterbox.sealing import SealingError
from letterslot.letterbox.spool import Spool

pytestmark = pytest.mark.django_db

INES = ledger.Hand("ines", "moderator")


def collect(desk, slot=7) -> post.Collected:
    return post.collect(data=desk.data, ring=desk.ring, slot=slot)


def texts(desk) -> list[str]:
    words = wording.current(Comment.objects.all(), desk.ring)
    return sorted(word.text for word in words.values())


def a_receipt() -> Receipt:
    return Receipt.from_code_bytes(secrets.token_bytes(16))


def test_what_waits_becomes_held_comments_of_this_slot(desk):
    for n in range(3):
        desk.post(f"Letter {n}.", name="Mina")
    assert collect(desk) == post.Collected(collected=3, rejected=0, waiting=0)
    assert texts(desk) == ["Letter 0.", "Letter 1.", "Letter 2."]
    assert set(Comment.objects.values_list("state", "slot")) == {("held", 7)}
    assert ledger.verify() is None


def test_nothing_waiting_is_nothing_collected(desk):
    assert collect(desk) == post.Collected(0, 0, 0)


def test_the_writers_choices_are_kept(desk):
    receipt = a_receipt()
    desk.post("No edits, please.", name="Mina", edits=False, receipt=receipt)
    collect(desk)
    comment = Comment.objects.get()
    assert (comment.edits, bytes(comment.receipt)) == (False, receipt.public_key)
    words = wording.current([comment], desk.ring)[comment.id]
    assert (words.name, words.text) == ("Mina", "No edits, please.")


def test_no_word_of_a_letter_lies_in_clear(desk):
    desk.post("An unmistakable sentence.", name="Unmistakable")
    collect(desk)
    sealed = b"".join(bytes(row.sealed) for row in Revision.objects.all())
    lines = "".join(ledger.export())
    assert b"nmistakable" not in sealed
    assert "nmistakable" not in lines


def test_public_ids_are_eight_random_letters(desk):
    for _ in range(5):
        desk.post()
    collect(desk)
    ids = list(Comment.objects.values_list("id", flat=True))
    assert [len(one) for one in ids] == [8] * 5
    assert set("".join(ids)) <= set(post.ID_ALPHABET)


def test_an_id_that_is_taken_is_not_given_again(desk, monkeypatch):
    taken = desk.letter(comment_id="aaaaaaaa")
    draws = iter("aaaaaaaabbbbbbbb")
    monkeypatch.setattr(post.secrets, "choice", lambda letters: next(draws))
    desk.post()
    collect(desk)
    assert set(Comment.objects.values_list("id", flat=True)) == {taken.id, "bbbbbbbb"}


def test_the_order_on_disk_tells_nothing_of_the_order_of_numbers(desk, monkeypatch):
    monkeypatch.setattr(post, "_ORDER", _Reversing())
    for n in range(1, 4):
        desk.post(f"Letter {n}.", number=bytes([n]) * 16)
    taken = []
    usual = ledger.receive

    def receive(comment, sealed, *, slot):
        taken.append(comment.id)
        return usual(comment, sealed, slot=slot)

    monkeypatch.setattr(post.ledger, "receive", receive)
    collect(desk)
    words = wording.current(Comment.objects.all(), desk.ring)
    assert [words[one].text for one in taken] == ["Letter 3.", "Letter 2.", "Letter 1."]


class _Reversing:
    def shuffle(self, numbers: list[bytes]) -> None:
        numbers.reverse()


def test_the_same_envelope_again_makes_no_second_comment(desk):
    number = desk.post("Once.")
    with desk.spool() as spool:
        rows = spool.take(1)
    collect(desk)
    with desk.spool() as spool:
        spool.add_many(rows)
    assert collect(desk) == post.Collected(0, 0, 0)
    assert texts(desk) == ["Once."]
    assert bytes(CollectedNumber.objects.get().number) == number


def test_a_letter_taken_in_before_stays_in_the_spool_until_the_desk_has_it_on_disk(
    desk, monkeypatch
):
    desk.post("Once.")
    with desk.spool() as spool:
        rows = spool.take(1)
    collect(desk)
    with desk.spool() as spool:
        spool.add_many(rows)
    with monkeypatch.context() as unsure:
        unsure.setattr(post, "_is_on_disk", lambda: False)
        assert collect(desk) == post.Collected(0, 0, 1)
    assert collect(desk) == post.Collected(0, 0, 0)
    assert texts(desk) == ["Once."]


def test_what_cannot_be_opened_is_put_aside_and_kept(desk):
    number = desk.rubbish()
    desk.post("A good one.")
    assert collect(desk) == post.Collected(collected=1, rejected=1, waiting=0)
    kept = Rejected.objects.get()
    assert (bytes(kept.number), len(kept.envelope)) == (number, 1024)
    assert kept.why == "This key does not open the envelope."


def test_a_letter_that_cannot_be_sealed_anew_is_put_aside_and_keeps_no_other_waiting(
    desk, monkeypatch
):
    usual = wording.seal

    def seal(words, *rest):
        if words.text == "Too long once more.":
            raise SealingError("This is 5 bytes too long for the largest envelope.")
        return usual(words, *rest)

    monkeypatch.setattr(wording, "seal", seal)
    desk.post("Too long once more.")
    desk.post("The other one.")
    assert collect(desk) == post.Collected(1, 1, 0)
    assert texts(desk) == ["The other one."]


def test_a_letter_for_a_story_nobody_knows_is_put_aside(desk):
    desk.post("Hello?", story="another-story")
    assert collect(desk) == post.Collected(0, 1, 0)
    assert Rejected.objects.get().why == "Its story is not known here."


def test_a_letter_whose_key_is_destroyed_is_put_aside(desk):
    desk.post("Too late.")
    desk.ring.forget([desk.ring.epochs()[3]])
    assert collect(desk) == post.Collected(0, 1, 0)
    assert Rejected.objects.get().why == "There is no key for its day."


@pytest.mark.parametrize(
    ("answers", "kept"),
    [("a printed one", True), ("one of another story", False), ("a held one", False), ("", False)],
)
def test_a_reply_is_one_only_to_a_printed_comment_of_its_story(desk, answers, kept):
    ids = {
        "a printed one": desk.printed().id,
        "one of another story": desk.printed(story="bada").id,
        "a held one": desk.letter().id,
        "": "",
    }
    before = set(Comment.objects.values_list("id", flat=True))
    desk.post("A reply.", reply_to=ids[answers])
    collect(desk)
    reply = Comment.objects.exclude(pk__in=before).get()
    assert reply.reply_to == (ids[answers] if kept else "")


# Wishes of those who hold a receipt.


@pytest.mark.parametrize("batch", [1, 200])
def test_a_withdrawal_in_the_same_post_finds_its_comment(desk, monkeypatch, batch):
    monkeypatch.setattr(post, "BATCH", batch)
    for _ in range(6):
        receipt = a_receipt()
        desk.post("Regretted.", receipt=receipt)
        desk.wish(receipt, "withdraw")
    assert collect(desk) == post.Collected(12, 0, 0)
    assert set(Comment.objects.values_list("state", flat=True)) == {"withdrawn"}


@pytest.mark.parametrize("state", ["held", "approved", "published"])
def test_a_writer_withdraws_whatever_is_not_over(desk, state):
    receipt = a_receipt()
    make = desk.printed if state == "published" else desk.letter
    comment = make(receipt=receipt.public_key)
    if state == "approved":
        ledger.act(comment.id, "approve", hand=INES, slot=1)
    desk.wish(receipt, "withdraw")
    collect(desk)
    last = Decision.objects.order_by("-entry").first()
    assert Comment.objects.get().state == "withdrawn"
    assert (last.act, last.by, last.slot) == ("withdraw", "", 7)


def test_a_declined_comment_can_be_withdrawn_and_never_comes_back(desk):
    receipt = a_receipt()
    comment = desk.letter(receipt=receipt.public_key)
    ledger.act(comment.id, "decline", hand=INES, slot=1, clause=2)
    desk.wish(receipt, "withdraw")
    assert collect(desk) == post.Collected(1, 0, 0)
    assert Comment.objects.get().state == "withdrawn"


def test_a_wish_of_another_receipt_changes_nothing(desk):
    desk.letter(receipt=a_receipt().public_key)
    desk.wish(a_receipt(), "withdraw")
    assert collect(desk) == post.Collected(1, 0, 0)
    assert Comment.objects.get().state == "held"


def test_a_wish_is_granted_once(desk):
    receipt = a_receipt()
    desk.letter(receipt=receipt.public_key)
    for _ in range(2):
        desk.wish(receipt, "withdraw")
    collect(desk)
    assert Decision.objects.filter(act="withdraw").count() == 1


@pytest.mark.parametrize(("edited", "after"), [(True, "withdrawn"), (False, "approved")])
def test_only_an_edit_can_be_refused(desk, edited, after):
    receipt = a_receipt()
    comment = desk.letter(receipt=receipt.public_key)
    if edited:
        sealed = wording.seal(wording.Wording("Mina", "Edited."), comment.epoch, desk.ring)
        ledger.act(comment.id, "edit", hand=INES, slot=1, clause=3, new_revision=sealed)
    else:
        ledger.act(comment.id, "approve", hand=INES, slot=1)
    desk.wish(receipt, "refuse-edit")
    collect(desk)
    assert Comment.objects.get().state == after


# Interrupted.


class PowerCut(Exception):
    """What an interruption looks like from inside."""


def _cut_at(call: int, function):
    """`function`, which at its `call`-th call raises before or after its work."""
    count = iter(range(1, 10_000))

    def cut(*args, **kwargs):
        if next(count) == call:
            raise PowerCut
        return function(*args, **kwargs)

    return cut


STEPS = {
    "opening a letter": (post.letters, "read"),
    "storing a comment": (post.ledger, "receive"),
    "granting a wish": (post.ledger, "act"),
    "remembering a number": (CollectedNumber.objects, "create"),
    "putting one aside": (Rejected.objects, "create"),
    "reading the spool": (Spool, "rows"),
    "clearing the spool": (Spool, "remove"),
    "tidying the spool": (Spool, "tidy"),
}


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("step", STEPS)
def test_interrupted_at_any_step_and_run_again_each_letter_is_taken_once(
    desk, monkeypatch, step, call
):
    monkeypatch.setattr(post, "BATCH", 2)
    receipts = [a_receipt() for _ in range(3)]
    for n, receipt in enumerate(receipts):
        desk.post(f"Letter {n}.", receipt=receipt)
        desk.wish(receipt, "withdraw")
    for _ in range(3):
        desk.rubbish()
    place, name = STEPS[step]
    with monkeypatch.context() as interrupted:
        interrupted.setattr(place, name, _cut_at(call, getattr(place, name)))
        if (step, call) in (("tidying the spool", 2), ("tidying the spool", 3)):
            collect(desk)  # it is tidied once
        else:
            with pytest.raises(PowerCut):
                collect(desk)
    collect(desk)
    assert texts(desk) == ["Letter 0.", "Letter 1.", "Letter 2."]
    assert list(Comment.objects.values_list("state", flat=True)) == ["withdrawn"] * 3
    assert Counter(Decision.objects.values_list("act", flat=True)) == {"withdraw": 3}
    assert (Rejected.objects.count(), CollectedNumber.objects.count()) == (3, 9)
    assert ledger.verify() is None
    with desk.spool() as spool:
        assert spool.waiting() == 0


@pytest.mark.journey
def test_killed_again_and_again_each_letter_is_taken_once(tmp_path, key_file, passphrase):
    """A child process is killed with SIGKILL while it collects, until nothing is left."""
    script = Path(__file__).with_name("killed_while_collecting.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path, key_file.path, passphrase],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["kills"] >= 5
    assert found == found | {
        "comments": 400, "different": 400, "withdrawn": 40, "numbers": 440, "waiting": 0,
        "ledger": None, "rejected": 0,
    }  # fmt: skip


def test_nothing_of_a_text_reaches_a_log(desk, caplog, capfd):
    desk.post("An unmistakable sentence.", story="another-story")
    desk.post("An unmistakable sentence.")
    desk.rubbish()
    caplog.set_level(0)
    collect(desk)
    out, err = capfd.readouterr()
    assert "unmistakable" not in caplog.text + out + err
    assert all("unmistakable" not in row.why for row in Rejected.objects.all())
    assert Printed.objects.count() == 0
