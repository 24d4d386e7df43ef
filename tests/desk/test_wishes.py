"""What the holders of receipts ask for, and what readers report, as the post takes it in."""

from __future__ import annotations

import secrets

import pytest

from letterslot.desk import post
from letterslot.discussion import ledger, wording
from letterslot.discussion.models import (
    Appeal,
    CollectedNumber,
    Comment,
    Decision,
    Rejected,
    Report,
)
from letterslot.letterbox import letters, sealing
from letterslot.letterbox.receipts import Receipt

pytestmark = pytest.mark.django_db
EPOCH = "2026-11-23"


def collect(desk, slot=7, **how) -> post.Collected:
    return post.collect(data=desk.data, ring=desk.ring, slot=slot, **how)


def a_receipt() -> Receipt:
    return Receipt.from_code_bytes(secrets.token_bytes(16))


def test_an_appeal_is_kept_sealed_and_the_decision_stands(desk):
    receipt = a_receipt()
    comment = desk.declined(receipt)
    desk.wish(receipt, "appeal", words="An unmistakable plea.")
    assert collect(desk) == post.Collected(1, 0, 0)
    appeal = Appeal.objects.get()
    assert (appeal.comment_id, appeal.slot, appeal.outcome) == (comment.id, 7, "")
    assert b"nmistakable" not in bytes(appeal.sealed_words)
    assert wording.unseal_reason(appeal.sealed_words, EPOCH, desk.ring) == "An unmistakable plea."
    assert Comment.objects.get().state == "declined"
    assert "nmistakable" not in "".join(ledger.export())
    assert ledger.verify() is None


@pytest.mark.parametrize("words", ["", " \n"])
def test_an_appeal_without_words_is_none(desk, words):
    receipt = a_receipt()
    desk.declined(receipt)
    desk.wish(receipt, "appeal", words=words)
    assert collect(desk) == post.Collected(1, 0, 0)
    assert not Appeal.objects.exists()


def test_of_two_appeals_the_first_collected_counts(desk):
    receipt = a_receipt()
    desk.declined(receipt)
    for words in ("First.", "Second."):
        desk.wish(receipt, "appeal", words=words)
        collect(desk)
    (appeal,) = Appeal.objects.all()
    assert wording.unseal_reason(appeal.sealed_words, EPOCH, desk.ring) == "First."


@pytest.mark.parametrize("batch", [1, 200])
def test_whoever_appeals_and_withdraws_has_withdrawn(desk, monkeypatch, batch):
    monkeypatch.setattr(post, "BATCH", batch)
    for _ in range(6):
        receipt = a_receipt()
        desk.declined(receipt)
        desk.wish(receipt, "appeal", words="Please.")
        desk.wish(receipt, "withdraw")
    collect(desk)
    assert set(Comment.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Appeal.objects.filter(outcome="").exists()
    assert ledger.verify() is None


def test_an_appeal_by_another_receipt_is_nothing(desk):
    desk.declined(a_receipt())
    desk.wish(a_receipt(), "appeal", words="Please.")
    assert collect(desk) == post.Collected(1, 0, 0)
    assert not Appeal.objects.exists()


def test_an_appeal_counts_by_the_day_on_which_it_was_sent(desk):
    receipt = a_receipt()
    desk.declined(receipt)
    settings = desk.data / "publication.toml"
    settings.write_text(settings.read_text().replace("appeal_days = 14", "appeal_days = 1"))
    comment = Comment.objects.get()
    comment.told = 5
    comment.save(update_fields=["told"])
    edition = desk.edition(5, slot=5)
    edition.date = edition.date.replace(day=21)
    edition.save(update_fields=["date"])
    desk.wish(receipt, "appeal", words="Late.")  # on the 23rd
    collect(desk)
    assert not Appeal.objects.exists()
    edition.date = edition.date.replace(day=22)
    edition.save(update_fields=["date"])
    desk.wish(receipt, "appeal", words="In time.")
    collect(desk)
    assert Appeal.objects.count() == 1


def test_the_last_choice_of_group_holds(desk):
    receipt = a_receipt()
    desk.letter(receipt=receipt.public_key)
    for group in ("within-3-days", "yes", "within-3-days"):
        desk.wish(receipt, "group", group=group)
        collect(desk)
        assert Comment.objects.get().group == group


@pytest.mark.parametrize("batch", [1, 200])
def test_of_two_choices_in_one_post_the_safer_one_holds(desk, monkeypatch, batch):
    monkeypatch.setattr(post, "BATCH", batch)
    for _ in range(6):
        receipt = a_receipt()
        desk.letter(receipt=receipt.public_key, group="within-3-days")
        for group in ("within-3-days", "yes"):
            desk.wish(receipt, "group", group=group)
    collect(desk)
    assert set(Comment.objects.values_list("group", flat=True)) == {"yes"}


def test_a_changed_choice_leaves_no_line(desk):
    receipt = a_receipt()
    desk.letter(receipt=receipt.public_key)
    desk.wish(receipt, "group", group="within-3-days")
    collect(desk)
    assert list(ledger.export()) == []


def test_a_choice_that_names_no_group_changes_nothing(desk):
    receipt = a_receipt()
    desk.letter(receipt=receipt.public_key)
    desk.wish(receipt, "group")
    assert collect(desk) == post.Collected(1, 0, 0)
    assert Comment.objects.get().group == "yes"


def test_wishes_wait_in_the_spool_where_their_lines_would_tell_the_hour(desk):
    receipt = a_receipt()
    comment = desk.declined(receipt)
    held = a_receipt()
    desk.letter(receipt=held.public_key)
    desk.wish(receipt, "appeal", words="Please.")
    desk.wish(held, "withdraw")
    desk.post("A new letter.")
    lines = len(list(ledger.export()))
    assert collect(desk, wishes=False) == post.Collected(1, 0, 2)
    assert len(list(ledger.export())) == lines
    assert collect(desk) == post.Collected(2, 0, 0)
    assert set(Decision.objects.filter(by="").values_list("act", flat=True)) == {
        "appeal", "withdraw",
    }  # fmt: skip
    assert Appeal.objects.get().comment_id == comment.id


def test_a_report_is_kept_sealed_and_leaves_no_line(desk):
    comment = desk.printed()
    lines = len(list(ledger.export()))
    desk.report(comment.id, "An unmistakable reason.")
    assert collect(desk) == post.Collected(1, 0, 0)
    report = Report.objects.get()
    assert (report.comment_id, report.slot) == (comment.id, 7)
    assert b"nmistakable" not in bytes(report.sealed_reason)
    reason = wording.unseal_reason(report.sealed_reason, EPOCH, desk.ring)
    assert reason == "An unmistakable reason."
    assert len(list(ledger.export())) == lines


def test_reports_do_not_wait_for_wishes(desk):
    desk.report(desk.printed().id)
    assert collect(desk, wishes=False) == post.Collected(1, 0, 0)


def test_a_report_about_what_is_not_printed_is_taken_and_forgotten(desk):
    desk.report(desk.letter().id)
    desk.report("zzzzzzzz")
    assert collect(desk) == post.Collected(2, 0, 0)
    assert not Report.objects.exists()
    assert not Rejected.objects.exists()


def test_a_letter_of_a_later_version_stays_for_the_version_that_knows_it(desk):
    number = secrets.token_bytes(16)
    fields = {"kind": "telegram", "number": number, "epoch": EPOCH, "words": "stop"}
    envelope = sealing.seal(fields, desk.ring.public_key(EPOCH))
    with desk.spool() as spool:
        spool.add_many([(number, EPOCH, envelope)])
    desk.post("A letter beside it.")
    assert collect(desk) == post.Collected(1, 0, 1)
    assert collect(desk) == post.Collected(0, 0, 1)
    assert not Rejected.objects.exists()
    assert not CollectedNumber.objects.filter(number=number).exists()
    with desk.spool() as spool:
        assert [(row[0], len(row[2])) for row in spool.take(5)] == [(number, 1024)]


def test_the_longest_words_are_taken_in(desk):
    receipt = a_receipt()
    desk.declined(receipt)
    longest = "가" * (letters.WORDS_BYTES // 3)
    desk.wish(receipt, "appeal", words=longest)
    collect(desk)
    assert wording.unseal_reason(Appeal.objects.get().sealed_words, EPOCH, desk.ring) == longest
