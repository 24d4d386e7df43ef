"""Reports at the door: a form behind a link, sealed like the rest, answered by nobody."""

from __future__ import annotations

import json

import html5lib
import pytest

from letterslot.intake import handlers, reports
from letterslot.intake.handlers import Asked, Store
from letterslot.letterbox import letters

REASON = "이 사람의 전화번호가 남아 있습니다."


def page_of(served):
    return html5lib.parse(served.body, namespaceHTMLElements=False, transport_encoding="utf-8")


def test_the_link_under_a_comment_leads_to_a_form_that_names_it(door) -> None:
    served = reports.new_report(door, Asked({"story": "open", "comment": "b1"}, False))

    page = page_of(served)
    assert served.status == 200
    form = page.find(".//form")
    assert form.get("action") == "/report"
    assert form.find(".//input[@name='comment']").get("value") == "b1"
    text = " ".join("".join(page.find(".//main").itertext()).split())
    assert "The comment by Ines, under the story About open" in text


def test_the_form_speaks_the_storys_language(door) -> None:
    served = reports.new_report(door, Asked({"story": "korean", "comment": "b1"}, False))
    page = page_of(served)
    assert page.get("lang") == "ko"
    assert page.find(".//input[@name='language']").get("value") == "ko"


def test_a_comment_can_be_reported_without_its_story(door) -> None:
    served = reports.new_report(door, Asked({"comment": "zz"}, False))
    assert served.status == 200


@pytest.mark.parametrize(
    "query",
    [{}, {"comment": "a/b"}, {"comment": "x" * 17}, {"story": "open", "comment": "zz"}],
)
def test_what_is_not_printed_has_no_form(door, query) -> None:
    assert reports.new_report(door, Asked(query, False)).status == 404
    told = reports.new_report(door, Asked(query, True))
    assert (told.status, json.loads(told.body)["field"]) == (404, "comment")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_report_is_sealed(door, printed, as_json) -> None:
    fields = {"comment": "b1", "reason": f"  {REASON}\r\n"}
    answered = reports.report(door, Asked(fields, as_json))

    assert isinstance(answered, Store)
    assert answered.served.status == 202
    number, epoch, envelope = answered.row
    key = bytes(printed.epoch_key)
    letter = letters.read(envelope, number=number, epoch=epoch, private_key=key)
    assert (letter.kind, letter.comment, letter.reason) == ("report", "b1", REASON)


def test_a_report_and_a_comment_look_alike_in_the_spool(door) -> None:
    report = reports.report(door, Asked({"comment": "b1", "reason": "Spam."}, True)).row
    token = json.loads(
        handlers.preview(door, Asked({"story": "open", "text": "Short."}, True)).body
    )["token"]
    sent = {"story": "open", "text": "Short.", "token": token}
    comment = handlers.comment(door, Asked(sent, True)).row
    assert [len(part) for part in report] == [len(part) for part in comment]


def test_nothing_ties_two_equal_reports_to_each_other(door) -> None:
    asked = Asked({"comment": "b1", "reason": "Spam."}, True)
    first, second = (reports.report(door, asked).row for _ in range(2))
    assert first[0] != second[0]


BAD = [
    ({"comment": "b1"}, "reason"),
    ({"comment": "b1", "reason": " \n"}, "reason"),
    ({"comment": "b1", "reason": "x" * 1001}, "reason"),
    ({"comment": "b1", "reason": "👩‍👩‍👧‍👦" * 400}, "reason"),
    ({"comment": "b1", "reason": "3XBW7 1REJB B5M7F 1MNHY JB7GP HT"}, "reason"),
    ({"comment": "", "reason": "Spam."}, "comment"),
    ({"comment": "a/b", "reason": "Spam."}, "comment"),
]


@pytest.mark.parametrize(("fields", "field"), BAD)
def test_a_report_that_cannot_be_taken_is_given_back(door, fields, field) -> None:
    served = reports.report(door, Asked(fields, False))
    told = reports.report(door, Asked(fields, True))

    assert (served.status, told.status) == (400, 400)
    assert json.loads(told.body)["field"] == field
    kept = page_of(served).find(".//textarea[@name='reason']")
    assert (kept.text or "").strip("\n") == fields.get("reason", "").strip(" \n")


def test_without_a_key_for_today_a_report_is_not_stored_and_is_given_back(newsroom) -> None:
    newsroom.print(keys=1)
    served = reports.report(newsroom.door(), Asked({"comment": "b1", "reason": REASON}, False))
    assert served.status == 503
    assert REASON in served.body.decode()
