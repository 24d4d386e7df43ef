"""Budgets in bytes of gzip -9 (look.md): what a slow line must carry."""

import gzip
import hashlib
import json
from dataclasses import replace

import pytest

from letterslot.pages import views
from letterslot.pages.pages import Pages

SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"


def weight(page):
    return len(gzip.compress(page.encode() if isinstance(page, str) else page, 9))


def words_of(seed, length):
    """Korean-looking text that repeats itself less than Korean does, the same for a seed."""
    digest = hashlib.shake_256(str(seed).encode()).digest(length)
    return "".join(" " if n % 5 == 0 else SYLLABLES[n % len(SYLLABLES)] for n in digest).strip()


@pytest.fixture
def korean(story):
    text = "".join(f"<p>{words_of(f'p{n}', 250)}</p>" for n in range(10))
    return replace(story, slug="stones-ko", language="ko", headline="동쪽 부두", html=text)


@pytest.fixture
def comments(letter, shared_data):
    """Fifty Korean comments of about forty characters: readers' own where they are at hand."""
    texts = [words_of(n, 40) for n in range(50)]
    if shared_data is not None:
        table = shared_data / "corpora" / "kocohub+korean-hate-speech" / "train.tsv"
        rows = [line.split("\t") for line in table.read_text("utf-8").splitlines()[1:]]
        texts = [row[0] for row in rows if row[2:] == ["none", "none"]][:50]
    return [
        letter(hashlib.sha256(text.encode()).hexdigest()[:10], name="독자", text=text, lang="ko")
        for text in texts
    ]


def test_a_page_of_fifty_korean_comments_and_a_story_keeps_to_its_budget(pages, korean, comments):
    picks = tuple(replace(one, picked=True) for one in comments[:5])
    staff = [replace(one, staff_role="기자") for one in comments[25:28]]
    roots, replies = [*picks, *comments[5:25]], [*staff, *comments[28:]]
    talks = tuple(views.Conversation(roots[n], (replies[n],)) for n in range(25))
    thread = views.Thread(talks, total=200, pages=8, picks=picks)
    assert weight(pages.story(korean, thread)) < 14_000


def test_the_markup_of_fifty_comments_keeps_to_its_budget(pages, korean, comments):
    bare = tuple(views.Conversation(replace(one, name="", text="")) for one in comments)
    with_them = weight(pages.thread_fragment(korean, views.Thread(bare, total=50)))
    without = weight(pages.thread_fragment(korean, views.Thread((), total=0)))
    assert with_them - without < 4_000


def test_the_lite_view_and_the_stylesheet_keep_to_their_budget(pages, korean, comments):
    picks = tuple(replace(one, picked=True) for one in comments[:5])
    talks = tuple(views.Conversation(one) for one in [*picks, *comments[5:20]])
    page = pages.story(korean, views.Thread(talks, total=200, pages=8, picks=picks), lite=True)
    assert weight(page) + weight(Pages.stylesheet()[1]) < 14_000


def test_a_thread_of_fifty_keeps_to_its_budget_in_a_script_of_three_bytes(
    pages, story, letter, shared_data
):
    text = "ကျွန်မအမေလည်း အဲဒီဆိပ်ကမ်းမှာ ငါးရောင်းခဲ့ပါတယ်။"
    if shared_data is not None:
        lines = (shared_data / "scripts" / "udhr_paragraphs.jsonl").read_text("utf-8").splitlines()
        burmese = [row["text"] for row in map(json.loads, lines) if row["lang"].startswith("my")]
        text = " ".join(burmese) or text
    talks = tuple(
        views.Conversation(
            letter(f"id{n:08}", text=text[(n * 97) % max(1, len(text) - 150) :][:150], lang="my")
        )
        for n in range(50)
    )
    told = replace(story, language="my")
    assert weight(pages.thread_fragment(told, views.Thread(talks, total=50))) < 15_000
