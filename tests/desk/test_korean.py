"""The desk in Korean: every word is translated, and no page is half in another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.urls import URLPattern, get_resolver
from django.utils import translation
from newsroom.test_factors import code

from letterslot.discussion import ledger, reports, wording
from letterslot.discussion.models import Appeal, Comment, Decision, ReadyReason, Story
from letterslot.letterbox.keyholder import keyholder
from letterslot.newsroom import publication, receivers, terms
from letterslot.newsroom.notices import Notices
from scripts import desk_words

KOREAN = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}
PLACES = re.compile(r"%\(\w+\)[sd]")
WORD = re.compile(r"[A-Za-z]{2,}")
# What stands in Latin letters in Korean too: names of things, and what is typed.
LATIN = {"letterslot", "check", "https", "http", "localhost", "Zawgyi", "ko", "English"}
SAID_BY_PEOPLE = ("bdi", "kbd", "code", "script", "style", "mark")
SPOKEN = ("aria-label", "placeholder", "title", "alt")


@pytest.fixture(autouse=True)
def said_in_korean_here_alone() -> Iterator[None]:
    """A request leaves its language to the thread, which in tests serves the next one too."""
    yield
    translation.deactivate()


@pytest.fixture(scope="module")
def catalogue():
    [path] = [one for one in desk_words.catalogues() if one.parts[-3] == "ko"]
    return desk_words.read(path)


@pytest.fixture(scope="module")
def marked():
    return desk_words.marked()


def first(message):
    return message if isinstance(message, str) else message[0]


def test_every_marked_word_stands_in_the_catalogue_in_korean(catalogue, marked):
    told = {one.id for one in catalogue if one.id and one.string and all(one.string)}
    assert {message for message in marked if message not in told} == set()


def test_nothing_else_stands_in_it(catalogue, marked):
    assert {first(one.id) for one in catalogue if one.id} == {first(one) for one in marked}


def test_a_translation_fills_the_same_places(catalogue):
    for one in catalogue:
        forms = [one.string] if isinstance(one.string, str) else one.string
        wanted = set(PLACES.findall(one.id if isinstance(one.id, str) else one.id[1]))
        assert all(set(PLACES.findall(form)) == wanted for form in forms), one.id


def test_a_translation_keeps_the_marks_of_a_page(catalogue):
    for one in catalogue:
        said = one.string if isinstance(one.string, str) else one.string[0]
        assert re.findall(r"</?\w+>", said) == re.findall(r"</?\w+>", first(one.id)), one.id


def test_django_reads_what_stands_in_the_catalogue():
    for path in desk_words.catalogues():
        compiled = path.with_suffix(".mo").read_bytes()
        assert compiled == desk_words.compiled(desk_words.read(path)), (
            "compile it: .venv/bin/python scripts/desk_words.py"
        )


def test_no_word_is_another_programs_translation(catalogue):
    with translation.override("ko"):
        for one in catalogue:
            if isinstance(one.id, str) and one.id:
                assert translation.gettext(one.id) == one.string, one.id


@pytest.fixture
def filled(desk, people):
    """A desk with something on every page."""
    text = "Call 02-345-6789 or see https://elsewhere.example/?utm_source=x about the scales."
    held = desk.letter(text, comment_id="10000001", name="Ines")
    desk.letter(text + " Again.", comment_id="10000002", reply_to="10000004", edits=False)
    desk.letter("저울이 무겁습니다. 돌은 거짓말을 하지 않습니다. 모두가 압니다. 정말로 그렇습니다.",
                comment_id="10000003")  # fmt: skip
    printed = desk.printed("A printed word.", comment_id="10000004")
    desk.printed("Another.", comment_id="10000005", place=1)
    ledger.act("10000005", "remove", hand=ledger.Hand("tomas", "moderator"), slot=1, clause=2)
    approved = desk.letter("An approved one.", comment_id="10000006")
    ledger.act(approved.id, "approve", hand=ledger.Hand("lise", "chief"), slot=1)
    refused = desk.declined(by="tomas")
    _appeal(desk, refused)
    _report(desk, printed)
    ready = ReadyReason.objects.create(language="en", clause=2, use="decline", text="Not so.")
    return {"comment_id": held.id, "printed": printed.id, "number": ready.pk}


def _appeal(desk, comment):
    against = Decision.objects.get(comment=comment, act="decline").entry
    words = wording.seal_reason("It was about the story.", comment.epoch, desk.ring)
    ledger.act(comment.pk, "appeal", hand=ledger.Hand(role="writer", via="receipt"), slot=2)
    Appeal.objects.create(
        comment=comment, against=against, epoch=comment.epoch, sealed_words=words, slot=2
    )


def _report(desk, comment):
    reason = wording.seal_reason("It names a child.", comment.epoch, desk.ring)
    assert reports.take(comment.pk, sealed_reason=reason, epoch=comment.epoch, slot=2)


def known_words() -> set[str]:
    """What people wrote, in their own language: stories, terms, names."""
    stories = Story.objects.values_list("headline", "summary")
    clauses = terms.default_words("en", "terms")
    said = " ".join([*(word for row in stories for word in row), clauses])
    people = "Saltreach Courier rosa ines tomas lise Ines Mina elsewhere example"
    return LATIN | set(WORD.findall(f"{said} {people}"))


def english_of(answer) -> list[str]:
    """Latin words that the desk itself says on a Korean page."""
    page = html5lib.parse(answer.content, namespaceHTMLElements=False)
    assert page.get("lang") == "ko"
    assert page.get("dir") == "ltr"
    known = known_words()
    ids = "|".join(Comment.objects.values_list("pk", flat=True))
    found = (word for said in _said(page) for word in WORD.findall(re.sub(ids, "", said)))
    return sorted({word for word in found if word not in known})


def _said(node: Element) -> Iterator[str]:
    """Text and spoken attributes in the desk's own language. What people wrote has a language or
    a direction of its own."""
    if not isinstance(node.tag, str) or node.tag in SAID_BY_PEOPLE:
        return
    by_people = "dir" in node.attrib and node.tag != "html"
    if node.get("lang", "ko") == "ko" and not by_people:
        yield from (node.get(name, "") for name in SPOKEN)
        if node.tag != "textarea":
            yield node.text or ""
        for child in node:
            yield from _said(child)
            yield child.tail or ""


def addresses() -> list[str]:
    patterns: list[URLPattern] = get_resolver("letterslot.desk.urls").url_patterns
    return ["/" + str(one.pattern) for one in patterns if one.name not in ("asset", "start")]


@pytest.mark.parametrize("address", addresses())
def test_a_korean_page_says_nothing_in_english(filled, lise, address):
    for comment in (filled["comment_id"], filled["printed"]):
        place = address.replace("<slug:comment_id>", comment)
        place = re.sub(r"<\w+:(\w+)>", lambda found: str(filled.get(found[1], 1)), place)
        answer = lise.get(place, headers=KOREAN)
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
            assert english_of(answer) == [], place


@pytest.mark.parametrize(
    "address",
    [
        "/queue/list/?state=approved", "/queue/list/?state=declined",
        "/queue/list/?state=withdrawn", "/queue/?signal=duplicate",
        "/search/?q=scales", "/search/?state=removed",
        "/search/?q=nowhere",
    ],
)  # fmt: skip
def test_a_narrowed_page_says_nothing_in_english(filled, lise, address):
    answer = lise.get(address, headers=KOREAN)
    assert answer.status_code == 200
    assert english_of(answer) == []


@pytest.mark.parametrize(
    ("who", "address", "fields", "status"),
    [
        ("ines", "/comments/10000001/decide/", {"decision": "decline", "revision": "1"}, 400),
        ("ines", "/comments/10000001/decide/", {"decision": "advise", "revision": "1"}, 400),
        ("ines", "/comments/10000001/decide/", {"decision": "approve", "revision": "7"}, 409),
        ("ines", "/comments/10000004/decide/", {"decision": "approve", "revision": "1"}, 409),
        ("ines", "/queue/list/decide/", {"decision": "approve"}, 400),
        ("ines", "/queue/list/decide/", {"decision": "approve", "chosen": "10000001:9"}, 409),
        ("ines", "/editions/print/", {}, 403),
        ("rosa", "/comments/10000001/decide/", {"decision": "approve"}, 403),
        ("ines", "/comments/10000004/remove/", {}, 400),
        ("lise", "/reasons/", {"language": "en", "clause": "2", "use": "edit", "text": ""}, 400),
        ("lise", "/reasons/", {"language": "en", "clause": "99", "use": "edit", "text": "x"}, 400),
        ("ines", "/nowhere/", {}, 404),
    ],
)
def test_a_refusal_is_in_korean(filled, sign_in, who, address, fields, status):
    answer = sign_in(who).post(address, fields, headers=KOREAN)
    assert answer.status_code == status
    assert english_of(answer) == []


def test_the_lock_and_the_sign_in_are_in_korean(filled, lise, stranger):
    assert english_of(stranger.get("/sign-in/", headers=KOREAN)) == []
    keyholder.lock()
    assert english_of(lise.get("/unlock/", headers=KOREAN)) == []
    wrong = lise.post("/unlock/", {"passphrase": "no"}, headers=KOREAN)
    assert english_of(wrong) == []


def test_a_session_that_locked_speaks_korean(filled, ines, password):
    ines.post("/locked/", {"lock": "yes"})
    ines.post("/comments/10000001/decide/", {"decision": "approve", "revision": "1"})
    said = [
        ines.get("/locked/", headers=KOREAN),
        ines.post("/locked/", {"password": "guess"}, headers=KOREAN),
    ]
    ines.post("/locked/", {"password": password})
    said.append(ines.get("/locked/undone/", headers=KOREAN))
    assert [(one.status_code, english_of(one)) for one in said] == [(200, []), (400, []), (200, [])]


def test_what_somebody_signs_in_with_is_told_in_korean(filled, ines, password):
    page = ines.get("/second-factor/app/").content.decode()
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    said = [ines.post("/second-factor/app/", {"code": "12345x"}, headers=KOREAN)]
    ines.post("/second-factor/app/", {"code": code(secret)})
    said += [ines.get(f"/second-factor/{one}", headers=KOREAN) for one in ("codes/", "")]
    ines.post("/sign-out/")
    ines.post("/sign-in/", {"name": "ines", "password": password})
    said.append(ines.get("/sign-in/second/", headers=KOREAN))
    said.append(ines.post("/sign-in/second/", {"code": "12345x"}, headers=KOREAN))
    assert [one.status_code for one in said] == [400, 200, 200, 200, 400]
    assert [english_of(one) for one in said] == [[]] * len(said)


def test_what_is_kept_in_mind_for_everybody_is_said_to_each_in_their_own(filled, lise):
    for _ in range(2):
        korean = lise.get("/comments/10000001/", headers=KOREAN).content.decode()
        english = lise.get("/comments/10000001/").content.decode()
        assert "전화번호로 보입니다." in korean
        assert "Looks like a telephone number." not in korean
        assert "Looks like a telephone number." in english
        assert "전화번호로" not in english


def test_a_moderator_chooses_the_language_whatever_the_browser_asks_for(filled, lise):
    answer = lise.post("/keys/", {"language": "ko"})
    cookie = answer.cookies["desk-language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("ko", True, "Strict")
    assert english_of(lise.get("/queue/")) == []
    lise.post("/keys/", {"language": "en"})
    assert '<html lang="en"' in lise.get("/queue/", headers=KOREAN).content.decode()
    lise.post("/keys/", {"language": ""})
    assert english_of(lise.get("/queue/", headers=KOREAN)) == []


def test_names_of_languages_and_dates_are_the_moderators_own(filled, lise):
    page = lise.get("/comments/10000003/", headers=KOREAN).content.decode()
    assert "한국어로 쓴 글입니다. 기사의 언어는 영어입니다." in page
    assert "2026년 11월 19일 기사에 온 글" in page


def test_a_notice_is_in_the_first_language_of_the_publication(filled):
    text = publication.template(
        name="항구 신문", url="https://q.example", languages=("ko",), policy="prompt"
    )
    made = Notices(mail_to=("a@x.example",), mail_from="b@x.example")
    paper = replace(publication.from_text(text), notices=made)
    notice = receivers.Notice("look-2026-11-24T08:00", datetime(2026, 11, 24, 8, tzinfo=UTC))
    mail = message_from_bytes(receivers.message(notice, paper), policy=policy.default)
    assert mail["Subject"] == "데스크를 살펴볼 시간입니다"
    assert "정해진 시각마다" in mail.get_content()
