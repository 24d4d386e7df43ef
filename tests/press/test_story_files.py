"""Story files: what they say, and one clear sentence for each fault."""

from __future__ import annotations

from datetime import date

import pytest
from PIL import Image

from letterslot.discussion.models import Story
from letterslot.press import stories
from letterslot.press.stories import CreditLine, StoryFault

WHOLE = """\
---
slug: harvest-festival
language: en
headline: "Harvest: a festival"
summary: |
  Two lines
  of it.
date: 2026-11-20
credits:
  - {role: reporter, name: Noor Halvik, note: "for the Korean service"}
  - {role: translator, name: Thiri Moe}
picture: {file: market.jpg, alt: A market., caption: The market, credit: Jun}
canonical: https://paper.example/harvest
comments: 2026-12-04
---
The stalls opened at *nine*.
"""

LEAST = {"slug": "harvest", "language": "en", "headline": "Harvest", "date": "2026-11-20"}


def source(body="Words.", **fields):
    """A story file; a field that is None is left out."""
    given = {key: value for key, value in (LEAST | fields).items() if value is not None}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in given.items()) + f"---\n{body}"


def read(text, folder):
    return stories.read(text.encode(), name="harvest.md", folder=folder)


@pytest.fixture
def folder(tmp_path):
    """Where a newsroom keeps its story files: with a picture, and a secret beside it."""
    (tmp_path / "stories").mkdir()
    Image.new("RGB", (40, 30), "red").save(tmp_path / "stories" / "market.jpg")
    Image.new("RGB", (40, 30), "red").save(tmp_path / "secret.jpg")
    return tmp_path / "stories"


def test_a_whole_story_file_is_read(folder):
    story = read(WHOLE, folder)
    assert (story.slug, story.language, story.date) == (
        "harvest-festival",
        "en",
        date(2026, 11, 20),
    )
    assert (story.headline, story.summary) == ("Harvest: a festival", "Two lines\nof it.")
    assert story.credits == (
        CreditLine("reporter", "Noor Halvik", "for the Korean service"),
        CreditLine("translator", "Thiri Moe"),
    )
    assert story.picture.path == folder / "market.jpg"
    assert (story.picture.alt, story.picture.caption) == ("A market.", "The market")
    assert (story.canonical, story.comments) == ("https://paper.example/harvest", "2026-12-04")
    assert story.markdown == "The stalls opened at *nine*."


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_marks_of_editors_make_no_difference(folder, ends, mark):
    assert read(mark + WHOLE.replace("\n", ends), folder) == read(WHOLE, folder)


def test_four_fields_and_a_body_are_enough(folder):
    story = read(source(), folder)
    assert (story.slug, story.comments, story.credits, story.picture) == ("harvest", "", (), None)


def test_a_story_may_have_no_body_where_it_stands_elsewhere(folder):
    assert read(source("", canonical="https://paper.example/harvest"), folder).markdown == ""


FAULTS = [
    (b"\xff\xfe", "save the file as UTF-8; it is in another encoding."),
    ("Words.", "begin the file with front matter between two lines of `---`."),
    ("---\nslug: harvest\nWords.", "begin the file with front matter between two lines of `---`."),
    ("---\n- slug\n---\n", "the front matter has a field and its value on each line: `slug: …`."),
    ("---\n---\nWords.", "the front matter has a field and its value on each line: `slug: …`."),
    (
        source(headline="Harvest: a festival"),
        "the front matter cannot be read at line 4; a value with a colon, a hash or a question "
        "mark stands in quotes.",
    ),
    ("---\nslug: a\nslug: b\n---\n", "`slug` stands there twice; leave one."),
    (source(headlin="Harvest"), "`headlin` is not a field of a story; there are: "),
    (source(slug=None), "`slug` is missing; write it into the front matter."),
    (source(language=None), "`language` is missing; write it into the front matter."),
    (source(headline=None), "`headline` is missing; write it into the front matter."),
    (source(headline="''"), "`headline` is missing; write it into the front matter."),
    (source(date=None), "`date` is missing; write it into the front matter."),
    (source(slug="Harvest"), "`slug` takes up to 80 of the letters a to z, digits and hyphens, "),
    (source(slug="../up"), "`slug` takes up to 80 of the letters a to z, digits and hyphens, "),
    (source(slug="-a"), "`slug` takes up to 80 of the letters a to z, digits and hyphens, "),
    (source(slug="a" * 81), "`slug` takes up to 80 of the letters a to z, digits and hyphens, "),
    (source(slug="2026"), "`slug` must be text; put it in quotes."),
    (source(language="no"), "`language` must be text; put it in quotes."),  # YAML's “false”
    (source(language="English"), "`language` is a language tag, like en, ko or zh-Hant."),
    (source(headline="[a, b]"), "`headline` must be text; put it in quotes."),
    (source(date="yesterday"), "`date` is a day without a time, like 2026-11-20."),
    (source(date="2026-11-20 10:00:00"), "`date` is a day without a time, like 2026-11-20."),
    (source(date="2026-13-45"), "the front matter holds a day or number that does not exist."),
    (source(comments="never"), "`comments` is open, closed, or the day they close, "),
    (source(comments="yes"), "`comments` is open, closed, or the day they close, "),
    (source(credits="Noor"), "`credits` is a list with a line like `- {role: reporter, name: …}` "),
    (
        source(credits="[Noor]"),
        "`credits` is a list with a line like `- {role: reporter, name: …}` ",
    ),
    (
        source(credits="[{role: boss, name: Noor}]"),
        "`credits.role` is one of reporter, translator, writer, editor, photographer; “boss” is "
        "not.",
    ),
    (source(credits="[{role: writer}]"), "`credits.name` is missing; write it into the front "),
    (source(credits="[{role: writer, nam: N}]"), "`credits` knows no `nam`; it has: role, name, "),
    (source(picture="market.jpg"), "`picture` is written like `{file: market.jpg, alt: …, "),
    (source(picture="{alt: A}"), "`picture.file` is missing; write it into the front matter."),
    (
        source(picture="{file: market.jpg}"),
        "`picture.alt` is missing; say what the picture shows, for who cannot see.",
    ),
    (source(picture="{file: m.jpg, alt: A}"), "`picture.file`: there is no m.jpg beside the "),
    (
        source(picture="{file: ../secret.jpg, alt: A}"),
        "`picture.file` is relative and stands in the story's folder or below.",
    ),
    (
        source(picture="{file: /etc/passwd, alt: A}"),
        "`picture.file` is relative and stands in the story's folder or below.",
    ),
    (source(picture="{file: market.jpg, alt: A, size: 3}"), "`picture` knows no `size`; it has: "),
    (source(translation_of="Harvest!"), "`translation_of` takes up to 80 of the letters a to z, "),
    (source(translation_of="harvest"), "`translation_of` names the story itself; name the other "),
    (source(canonical="paper.example"), "`canonical` is a whole address, like https://"),
    (source(canonical="javascript:alert(1)"), "`canonical` is a whole address, like https://"),
    (source(canonical="https://[x"), "`canonical` is a whole address, like https://"),
    (source(""), "write the story below the front matter, or name in `canonical` where it stands."),
    (
        source("![A market](https://tracker.example/a.png)"),
        "a picture in the text is not printed; name one in `picture`, and link to others.",
    ),
    (source(headline="!!python/object:os.system x"), "the front matter cannot be read at line 4; "),
    (source(headline="&a [*a]"), "`headline` must be text; put it in quotes."),
]


@pytest.mark.parametrize(("text", "sentence"), FAULTS)
def test_each_fault_is_one_sentence_that_says_what_to_do(folder, text, sentence):
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(StoryFault) as fault:
        stories.read(raw, name="harvest.md", folder=folder)
    said = str(fault.value)
    assert said.startswith(f"harvest.md: {sentence}")
    assert said.endswith(".")
    assert "\n" not in said


def test_a_file_that_is_not_there_is_named(folder):
    with pytest.raises(StoryFault, match=r"There is no file .*absent\.md\."):
        stories.read_file(folder / "absent.md")


def test_a_picture_reached_by_a_link_out_of_the_folder_is_refused(folder):
    (folder / "link.jpg").symlink_to(folder.parent / "secret.jpg")
    with pytest.raises(StoryFault, match="stands in the story's folder or below"):
        read(source(picture="{file: link.jpg, alt: A}"), folder)


def test_deep_yaml_is_a_fault_and_not_a_crash(folder):
    with pytest.raises(StoryFault, match="the front matter cannot be read"):
        read(source(headline="[" * 1500), folder)


# Adding


def test_adding_a_story_saves_it(db, folder, tmp_path):
    assert stories.add(WHOLE, folder=folder, data=tmp_path / "data") == "harvest-festival"
    story = Story.objects.get()
    assert story.headline == "Harvest: a festival"
    assert story.credits[1] == {"role": "translator", "name": "Thiri Moe", "note": ""}
    assert (story.picture["alt"], story.picture["width"]) == ("A market.", 40)
    assert (tmp_path / "data/stories/harvest-festival" / story.picture["name"]).is_file()


def test_adding_again_updates(db, folder, tmp_path):
    stories.add(source(), folder=folder, data=tmp_path)
    stories.add(source("Other words.", headline="Better"), folder=folder, data=tmp_path)
    assert Story.objects.values_list("headline", "markdown").get() == ("Better", "Other words.")


def test_a_thread_closed_by_hand_stays_closed_unless_the_file_says_otherwise(db, folder, tmp_path):
    stories.add(source(), folder=folder, data=tmp_path)
    stories.close_comments("harvest")
    stories.add(source("Better words."), folder=folder, data=tmp_path)
    assert Story.objects.get().comments == "closed"
    stories.add(source(comments="open"), folder=folder, data=tmp_path)
    assert Story.objects.get().comments == "open"


def test_a_translation_names_a_story_that_is_there(db, folder, tmp_path):
    korean = source(slug="chusu", language="ko", translation_of="harvest")
    with pytest.raises(StoryFault, match="chusu: there is no story harvest to be a translation of"):
        stories.add(korean, folder=folder, data=tmp_path)
    both = [read(korean, folder), read(source(), folder)]
    assert stories.add_all(both, data=tmp_path) == ["chusu", "harvest"]


def test_stories_are_added_all_or_none(db, folder, tmp_path):
    (folder / "broken.jpg").write_bytes(b"no picture")
    files = [
        read(source(), folder),
        read(source(slug="quay", picture="{file: broken.jpg, alt: A}"), folder),
    ]
    with pytest.raises(StoryFault, match=r"quay: broken\.jpg is not a JPEG, PNG or WebP"):
        stories.add_all(files, data=tmp_path)
    assert Story.objects.count() == 0
