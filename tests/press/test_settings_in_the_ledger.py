"""What an edition was made by is in the ledger that it commits to."""

import json

from letterslot.discussion import ledger
from letterslot.discussion.models import Edition
from letterslot.newsroom import publication
from letterslot.press import edition as press


def changes():
    lines = [json.loads(line) for line in ledger.export()]
    return [line["setting"] for line in lines if line["act"] == "change-setting"]


def test_an_edition_commits_to_the_settings_it_was_made_by(newsroom):
    newsroom.approved()
    newsroom.make()
    settings = newsroom.data / publication.FILE
    settings.write_text(settings.read_text().replace("links = false", "links = true"))
    newsroom.approved()
    press.make(data=newsroom.data, ring=newsroom.ring, now=newsroom.now, dry_run=True)
    assert changes() == []
    newsroom.make_next()
    assert changes() == ["links"]
    lines = [json.loads(line) for line in ledger.export()]
    [told] = [line["n"] for line in lines if line["act"] == "change-setting"]
    assert told <= Edition.objects.get(number=2).ledger_entries


def test_whoever_prints_stories_or_takes_one_out_at_once_notices_too(newsroom):
    newsroom.story("east-quay")
    facts = {"data": newsroom.data, "ring": newsroom.ring, "now": newsroom.now}
    press.print_stories(**facts, slugs=["east-quay"])
    guidelines = newsroom.data / "words" / "en" / "guidelines.md"
    guidelines.write_text("Be brief.\n")
    press.print_stories(**facts, slugs=[])
    assert changes() == ["words/en/guidelines.md"]
    guidelines.write_text("Be kind.\n")
    press.remove_now(**facts)
    guidelines.write_text("Be both.\n")
    press.print_by_calendar(**facts)
    assert changes() == ["words/en/guidelines.md"] * 3
