"""The newsroom's words: clauses, conditions, placeholders, and what raw HTML becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterslot.newsroom import publication, terms
from letterslot.newsroom.publication import Publication
from letterslot.newsroom.terms import WordsFault


def _paper(policy: str = "prompt") -> Publication:
    return publication.from_text(
        publication.template(
            name="The Quay", url="http://q.example", languages=("en", "ko"), policy=policy
        )
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    terms.write_defaults(tmp_path, ("en", "ko"))
    return tmp_path


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_default_terms_have_the_clauses_that_decisions_cite(data: Path, language: str) -> None:
    words = terms.load(data, _paper(), language)
    assert list(words.clauses) == [1, 2, 3, 4, 5, 6, 7]
    assert words.version == "1"
    assert 'id="c3"' in words.html["terms"]


def test_english_and_korean_clauses_are_the_same_rules_in_two_languages(data: Path) -> None:
    english = terms.load(data, _paper(), "en").clauses
    assert english == {
        1: "Respect", 2: "Facts", 3: "Private persons", 4: "Threats", 5: "Advertising",
        6: "The law", 7: "The subject",
    }  # fmt: skip
    assert list(terms.load(data, _paper(), "ko").clauses) == list(english)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("policy", ["prompt", "guarded"])
def test_a_page_promises_only_what_is_true_of_this_installation(
    data: Path, language: str, policy: str
) -> None:
    html = terms.load(data, _paper(policy), language).html["how-comments-work"]
    assert ("10" in html) == (policy == "guarded")
    assert "{" not in html
    assert "<!--" not in html
    assert "&lt;!--" not in html


def test_what_the_newsroom_changes_is_printed_and_its_html_stays_text(data: Path) -> None:
    (data / "words/en/disclaimer.md").write_text("Ours, <b onclick=x>not</b> theirs.")
    html = terms.load(data, _paper()).html["disclaimer"]
    assert html == "<p>Ours, &lt;b onclick=x&gt;not&lt;/b&gt; theirs.</p>\n"


def test_the_defaults_never_overwrite_what_the_newsroom_wrote(data: Path) -> None:
    (data / "words/en/disclaimer.md").write_text("Ours.")
    terms.write_defaults(data, ("en",))
    assert (data / "words/en/disclaimer.md").read_text() == "Ours."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("## 1. Respect\n", "a line like `Version: 1`"),
        ("Version: 1\n\nBe kind.\n", "has no clause like"),
        ("Version: 1\n\n## 1. Respect\n\n## 1. Facts\n", "has clause 1 twice"),
    ],
)
def test_terms_that_decisions_could_not_cite_are_refused(
    data: Path, content: str, sentence: str
) -> None:
    (data / "words/en/terms.md").write_text(content)
    with pytest.raises(WordsFault, match=sentence):
        terms.load(data, _paper())


def test_a_missing_file_says_what_to_do(data: Path) -> None:
    (data / "words/ko/terms.md").unlink()
    with pytest.raises(WordsFault, match=r"no words/ko/terms\.md .* write it, or take “ko” out"):
        terms.load(data, _paper(), "ko")


def test_a_clause_that_is_not_there_is_refused_with_those_that_are(data: Path) -> None:
    with pytest.raises(WordsFault, match=r"no clause 9 .* 1 \(Respect\)"):
        terms.load(data, _paper()).require_clause(9)
