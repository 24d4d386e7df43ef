"""Choices and marks that templates show."""

from __future__ import annotations

from letterslot.desk.marking import Passage
from letterslot.desk.templatetags.choices import Choice, options, ready_words
from letterslot.desk.templatetags.marks import marked
from letterslot.discussion.models import ReadyReason


def test_one_option_is_selected_and_markup_in_a_label_stays_text():
    made = options([Choice("a", "A <b>"), Choice("b", "나", "ko")], "b")
    assert made == (
        '<option value="a">A &lt;b&gt;</option><option value="b" lang="ko" selected>나</option>'
    )


def test_ready_words_stand_under_their_clause():
    reason = ReadyReason(pk=7, clause=2, use="decline", text="It's “off”.")
    assert ready_words([(2, [reason])], "7") == (
        '<optgroup label="2"><option value="7" data-clause="2" data-use="decline" selected>'
        "It&#x27;s “off”.</option></optgroup>"
    )
    assert ready_words([], "") == ""


def test_marks_carry_the_numbers_of_their_signals_and_cover_what_is_veiled():
    passages = [
        Passage("Ask <me> "),
        Passage("mina@example.org", marked=True, signals=(1, 2)),
        Passage("slur", marked=True, veiled=True),
    ]
    assert marked(passages) == (
        "Ask &lt;me&gt; <mark>mina@example.org</mark><sup>1</sup><sup>2</sup>"
        '<mark class="veil">slur</mark>'
    )
