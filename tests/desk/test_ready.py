"""The library of ready reasons, and letters that are sent back with advice."""

from __future__ import annotations

import hashlib
import json

import pytest

from letterslot.discussion import ledger, reasons, wording
from letterslot.discussion.models import Comment, Decision, LedgerEntry, ReadyReason


@pytest.fixture
def ready(desk) -> ReadyReason:
    return ReadyReason.objects.create(language="en", clause=2, use="decline", text="Not so.")


def decide(client, comment, decision, **fields):
    return client.post(
        f"/comments/{comment.id}/decide/", {"decision": decision, "revision": 1} | fields
    )


def reason_of(desk, comment) -> str:
    decision = Decision.objects.get(comment=comment)
    return wording.unseal_reason(decision.sealed_reason, comment.epoch, desk.ring)


def test_ready_words_bring_their_clause_and_stand_before_ones_own(desk, ines, ready):
    comment = desk.letter()
    decide(ines, comment, "decline", ready=ready.pk, reason="See the minutes.")
    assert Decision.objects.get().clause == 2
    assert reason_of(desk, comment) == "Not so.\nSee the minutes."


def test_the_open_letter_offers_the_words_of_its_storys_language(desk, ines, ready):
    ReadyReason.objects.create(language="ko", clause=2, use="decline", text="사실이 아닙니다.")
    korean = desk.letter("저울이 틀렸습니다.", story="bada")
    page = ines.get(f"/comments/{korean.id}/").content.decode()
    case = page[page.index("<main") : page.index("</main>")]
    assert ("사실이 아닙니다." in case, "Not so." in case) == (True, False)


def test_a_letter_sent_back_is_declined_with_what_to_change(desk, ines):
    comment = desk.letter()
    decide(ines, comment, "advise", clause=3, reason="Leave the name out and send it again.")
    decision = Decision.objects.get()
    assert (decision.act, decision.advice, decision.clause) == ("decline", True, 3)
    assert reason_of(desk, comment) == "Leave the name out and send it again."
    assert json.loads(LedgerEntry.objects.get().line)["advice"] == 1
    assert "sent it back with advice" in ines.get(f"/comments/{comment.id}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"clause": 2, "reason": "Not so."}, "We cut what is not so."),
        ({"clause": 3, "reason": "Not so."}, ""),
        ({"ready": "its number"}, "We cut what is not so."),
        ({"ready": "its number", "reason": "See the minutes."}, "See the minutes."),
        ({"clause": 2, "reason": "My own words."}, "My own words."),
    ],
)
def test_words_for_a_refusal_are_not_told_to_whom_is_edited(desk, ines, ready, typed, said):
    ReadyReason.objects.create(language="en", clause=2, use="edit", text="We cut what is not so.")
    if "ready" in typed:
        typed = typed | {"ready": ready.pk}
    grounds = decide(ines, desk.letter(), "edit", **typed).context["grounds"]
    assert (grounds["reason"], grounds["clause"]) == (said, str(typed.get("clause", 2)))


def test_sending_back_needs_advice(desk, ines):
    comment = desk.letter()
    answer = decide(ines, comment, "advise", clause=3)
    assert (answer.status_code, Comment.objects.get().state) == (400, "held")
    assert "Say what the writer can change" in answer.content.decode()


def test_a_chief_adds_changes_and_drops_and_the_ledger_tells_it(desk, lise):
    lise.post("/reasons/", {"language": "en", "clause": 4, "use": "decline", "text": "A threat."})
    ready = ReadyReason.objects.get()
    lise.post(f"/reasons/{ready.pk}/", {"do": "change", "text": "It threatens somebody."})
    ready.refresh_from_db()
    assert ready.text == "It threatens somebody."
    lise.post(f"/reasons/{ready.pk}/", {"do": "drop"})
    assert not ReadyReason.objects.exists()
    lines = [json.loads(line) for line in ledger.export()]
    assert [(one["act"], one["by"], one["clause"]) for one in lines] == [
        ("add-reason", "lise", 4), ("change-reason", "lise", 4), ("drop-reason", "lise", 4),
    ]  # fmt: skip
    assert lines[1]["words"] == hashlib.sha256(b"It threatens somebody.").hexdigest()
    assert ledger.verify() is None
    assert "threat" not in "".join(ledger.export())


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"text": " "}, "Write the words"),
        ({"text": "가" * 201}, "at most 600 bytes"),
        ({"clause": 99}, "There is no clause 99"),
        ({"language": "fr"}, "Choose one of the publication"),
        ({"use": "insult"}, "Choose a clause and a use."),
    ],
)
def test_what_cannot_stand_in_the_library_is_refused(desk, lise, fields, fault):
    given = {"language": "en", "clause": 1, "use": "decline", "text": "Fine."}
    answer = lise.post("/reasons/", given | fields)
    assert answer.status_code == 400
    assert fault in answer.content.decode()
    assert not ReadyReason.objects.exists()


def test_a_chief_takes_what_comes_along_once(desk, lise):
    for _ in range(2):
        lise.post("/reasons/defaults/", {"language": "ko"})
    of_each = reasons.of("ko", "en")
    assert of_each["ko"]
    assert of_each["en"] == []
    assert [json.loads(line)["act"] for line in ledger.export()] == ["take-reasons"]


def test_a_variant_of_a_language_takes_the_languages_reasons(ready):
    assert reasons.of("en-GB") == {"en-GB": [ready]}
    assert reasons.of("fr") == {"fr": []}


def test_what_comes_along_fits_the_default_terms(desk):
    from letterslot.desk import house

    reasons.found(["en", "ko"])
    for language in ("en", "ko"):
        clauses = {one.clause for one in reasons.of(language)[language]}
        assert clauses == set(house.terms(desk.data, language).clauses)
