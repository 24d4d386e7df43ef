"""The forms: their fields, where they go, and how a fault is tied to its field."""

from dataclasses import replace

import pytest

from letterslot.pages import views
from letterslot.pages.pages import Pages


def fields(form):
    """Names of what a form sends, in order, radios once, with the value at the start."""
    found = {}
    for node in form.iter():
        name = node.get("name")
        if name is None or (node.get("type") == "radio" and node.get("checked") is None):
            continue
        if node.tag == "textarea":
            found[name] = node.text or ""
        elif node.tag == "input":
            found[name] = node.get("value") or ""
    return found


def forms(root):
    return list(root.iter("form"))


def test_the_form_under_a_story_sends_what_the_door_expects(pages, story, thread, parsed):
    form = parsed(pages.story(story, thread)).find(".//form[@id='write']")
    assert (form.get("method"), form.get("action")) == (
        "post",
        "https://courier.example/comment/preview",
    )
    assert (form.get("enctype"), form.get("accept-charset")) == ("multipart/form-data", "utf-8")
    assert fields(form) == {
        "story": "east-quay-stones",
        "text": "",
        "name": "",
        "homepage": "",
        "edits": "yes",
        "group": "yes",
    }


def test_the_group_is_asked_for_only_where_editions_have_a_minimum(look, words, story, thread):
    prompt = Pages(replace(look, policy="prompt", k_min=0), words)
    assert 'name="group"' not in prompt.story(story, thread)


def test_a_reply_button_belongs_to_the_form(pages, story, thread, parsed):
    root = parsed(pages.story(story, thread))
    buttons = [node for node in root.iter("button") if node.get("name") == "reply_to"]
    assert [(b.get("form"), b.get("value")) for b in buttons] == [
        ("write", ident) for ident in ("aa", "ab", "ac", "ad", "ae", "ag")
    ]
    assert "".join(buttons[0].itertext()) == "Reply to Mina"


def test_the_first_button_of_the_form_is_no_reply(pages, story, thread, parsed):
    """Enter in a field presses the first button of a form, wherever on the page it stands."""
    root = parsed(pages.story(story, thread))
    first = next(b for b in root.iter("button") if b.get("form") == "write")
    assert first.get("name") is None


def test_the_form_of_a_reply_shows_whom_it_answers(pages, parsed):
    draft = views.Draft("s", reply_to="aa", answers_to="Old Tare", language="en")
    root = parsed(pages.form(draft, story_headline="Stones"))
    assert root.find(".//h1").text == "Write a reply"
    assert "You answer Old Tare." in "".join(root.find(".//p[@class='state']").itertext())
    assert fields(forms(root)[0])["reply_to"] == "aa"


def test_a_fault_is_tied_to_its_field_and_the_text_is_kept(pages, draft, parsed):
    page = pages.form(draft, story_headline="S", faults=[views.Fault("name", "The name is long.")])
    root = parsed(page)
    name = root.find(".//input[@name='name']")
    tied = name.get("aria-describedby").split()
    assert name.get("aria-invalid") == "true"
    assert root.find(f".//*[@id='{tied[0]}']").text == "The name is long."
    assert all(root.find(f".//*[@id='{ident}']") is not None for ident in tied)
    assert root.find(".//textarea").text == draft.text
    assert root.find(".//textarea").get("aria-invalid") is None


@pytest.mark.parametrize("text", ["\n\nfirst", "</textarea><b>", "a\n\n\nb\n", "  x"])
def test_a_text_comes_back_from_its_textarea_unchanged(pages, draft, parsed, text):
    page = pages.form(replace(draft, text=text), story_headline="S")
    assert parsed(page).find(".//textarea").text == text


def test_the_preview_stores_nothing_and_sends_from_a_form_of_its_own(preview, draft, parsed):
    root = parsed(preview(draft))
    assert "Nothing is stored yet." in "".join(root.find(".//main").itertext())
    assert [form.get("action") for form in forms(root)] == [
        "/comment/preview",
        "/comment/preview",
        "/comment",
    ]
    send = forms(root)[-1]
    assert {n.get("type") for n in send.iter("input")} == {"hidden"}
    assert fields(send) == {
        "token": "a-token",
        "story": "east-quay-stones",
        "text": draft.text,
        "name": "Netmaker",
        "group": "yes",
        "edits": "yes",
    }


def test_the_choices_made_are_carried_through_the_preview(preview, draft, parsed):
    chosen = replace(draft, group="within-3-days", edits="no", reply_to="aa")
    for form in forms(parsed(preview(chosen))):
        sent = fields(form)
        assert (sent["group"], sent["edits"], sent["reply_to"]) == ("within-3-days", "no", "aa")


def test_a_warning_is_tied_to_the_passage_it_means(preview, draft, parsed):
    root = parsed(preview(draft))
    [mark] = root.iter("mark")
    assert mark.text == "0555 0142"
    warning = root.find(f".//*[@id='{mark.get('aria-describedby')}']")
    assert "".join(warning.itertext()).startswith("A telephone number: 0555 0142")


def test_a_cleaned_text_is_offered_and_never_taken_by_itself(preview, draft, parsed):
    cleaned, change, send = forms(parsed(preview(draft)))
    assert fields(cleaned)["text"] == "Call […].\n\nSoon."
    assert fields(change)["text"] == draft.text
    assert fields(send)["text"] == draft.text


def test_a_clean_text_is_offered_nothing(pages, letter, draft, parsed):
    page = pages.preview(draft, comment=letter("zz"), warnings=(), cleaned=draft.text, token="t")
    assert [form.get("action") for form in forms(parsed(page))] == ["/comment/preview", "/comment"]


def test_a_refused_text_is_given_back(pages, draft, parsed):
    page = pages.fault(409, "Closed", "It is not stored.", "en", draft)
    assert parsed(page).find(".//textarea").text == draft.text
    assert forms(parsed(page)) == []


def test_what_was_not_stored_for_now_can_be_sent_again(pages, draft, parsed):
    [form] = forms(parsed(pages.fault(503, "Not stored", "Later.", "en", draft)))
    assert fields(form) == {
        "story": draft.story,
        "reply_to": "",
        "text": draft.text,
        "name": draft.name,
        "edits": "yes",
        "group": "yes",
    }


def test_a_refused_sending_is_tried_again_with_the_token_it_had(pages, draft, parsed):
    sent = replace(draft, token="T0ken")
    [form] = forms(parsed(pages.fault(503, "Not stored", "Later.", "en", sent)))
    assert (form.get("action"), fields(form)["token"]) == ("/comment", "T0ken")


def test_a_fault_without_a_text_has_no_form(pages, parsed):
    root = parsed(pages.fault(404, "Not found", "Begin from the stories.", "en"))
    assert root.find(".//h1").text == "Not found"
    assert root.find(".//textarea") is None


@pytest.mark.parametrize("verb", ["withdraw", "refuse-edit", "appeal", "group"])
def test_what_a_receipt_allows_is_a_form_with_the_receipt_in_it(pages, parsed, verb):
    page = pages.outcome(views.Outcome("published", may=(verb,)), "7QK4M 2XH9T", "ko")
    [form] = forms(parsed(page))
    assert form.get("action") == f"/receipt/{verb}"
    sent = fields(form)
    assert (sent["receipt"], sent["language"]) == ("7QK4M 2XH9T", "ko")
