"""A shift at the desk, in a browser: fifty comments by keys, two moderators at once, many together,
and the same without scripts."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey

CROWD = 10  # moderators who decide at once, five comments each


def wait_until_readable(page: Page, letter: str) -> None:
    expect(page.locator(".letter .comment-text")).to_have_text(f"Letter {letter}.")
    expect(page.locator("body[data-unread]")).to_have_count(0)


def read(page: Page) -> str:
    return page.locator("#main .comment-text").inner_text()


def test_fifty_comments_are_decided_by_keys(served, capsys):
    page = served.sign_in()
    page.goto("/queue/?story=shift")
    strokes = {"approve": [], "decline": []}
    for number in range(50):
        wait_until_readable(page, f"{number:02}")
        keys = ["2", "d"] if number % 10 == 9 else ["1", "1", "d"] if number % 10 == 4 else ["a"]
        for key in keys:
            page.keyboard.press(key)
        strokes["approve" if keys == ["a"] else "decline"].append(len(keys))
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    decided = served.decided("shift")
    assert [row[0] for row in decided].count("approved") == 40
    assert [tuple(row[1:]) for row in decided[4:50:10]] == [(1, "ines", 1)] * 5
    assert [tuple(row[1:]) for row in decided[9:50:10]] == [(2, "ines", 1)] * 5
    assert (set(strokes["approve"]), max(strokes["decline"])) == ({1}, 3)
    with capsys.disabled():
        told = {what: f"{sum(each) / len(each):.1f}" for what, each in strokes.items()}
        print(f"\nkeystrokes per decision, fifty comments: {told}")


def test_the_next_letter_is_there_before_the_desk_has_answered(served):
    page = served.sign_in()
    page.goto("/queue/?story=story-0")
    wait_until_readable(page, "a")
    page.route("**/decide/**", lambda route: None)  # never answered
    page.keyboard.press("a")
    wait_until_readable(page, "b")
    assert served.decided("story-0")[0][0] == "held"
    page.unroute("**/decide/**")


def test_a_decision_that_does_not_arrive_is_told(served):
    page = served.sign_in()
    page.goto("/queue/?story=story-1")
    wait_until_readable(page, "a")
    page.route("**/decide/**", lambda route: route.abort())
    page.keyboard.press("a")
    expect(page.get_by_text("The desk did not answer")).to_be_visible()
    page.unroute("**/decide/**")
    page.get_by_role("link", name="Open that comment again").click()
    wait_until_readable(page, "a")


def test_an_undo_pressed_at_once_takes_back_the_slip_and_not_what_came_before(served):
    page = served.sign_in()
    page.goto("/queue/?story=story-2")
    wait_until_readable(page, "a")
    page.keyboard.press("a")
    wait_until_readable(page, "b")
    page.keyboard.press("a")
    page.keyboard.press("u")
    wait_until_readable(page, "b")
    expect(page.locator(".undo")).to_contain_text("Taken back")
    assert [row[0] for row in served.decided("story-2")][:2] == ["approved", "held"]


def test_two_moderators_never_read_the_same_comment(served):
    ines, tomas = served.sign_in("ines"), served.sign_in("tomas")
    seen: dict[str, list[str]] = {"ines": [], "tomas": []}
    for page in (ines, tomas):
        page.goto("/queue/?story=pair")
    while any(page.locator("#main .case").count() for page in (ines, tomas)):
        for name, page in (("ines", ines), ("tomas", tomas)):
            expect(page.locator("body[data-unread]")).to_have_count(0)
            if page.locator("#main .case").count():
                seen[name].append(read(page))
                page.keyboard.press("a")
                expect(page.locator("#main")).not_to_contain_text(seen[name][-1])
    assert set(seen["ines"]).isdisjoint(seen["tomas"])
    assert len(set(seen["ines"] + seen["tomas"])) == len(seen["ines"] + seen["tomas"]) == 12
    assert min(len(seen["ines"]), len(seen["tomas"])) >= 4
    assert [row[3] for row in served.decided("pair")] == [1] * 12


def test_ten_moderators_at_once_decide_each_comment_once_and_lose_none(served):
    with ThreadPoolExecutor(CROWD) as crowd:
        shifts = crowd.map(lambda number: shift(served, f"m{number}"), range(CROWD))
        decided = [comment for each in shifts for comment in each]
    assert len(set(decided)) == len(decided) == CROWD * 5
    assert [(row[0], row[3]) for row in served.decided("crowd")] == [("approved", 1)] * CROWD * 5


def shift(served, name: str) -> list[str]:
    """Sign in and approve what is opened until nothing is; the ids, in order."""
    decided = []
    with httpx.Client(base_url=served.address, follow_redirects=True, timeout=60) as client:
        page = client.get("/sign-in/").text
        fields = {"csrfmiddlewaretoken": token(page), "name": name, "password": served.password}
        client.post("/sign-in/", data=fields)
        page = client.get("/queue/?story=crowd").text
        while found := re.search(r'<form class="panel case".*?data-id="(\w+)"', page):
            fields = {"csrfmiddlewaretoken": token(page), "revision": 1, "decision": "approve"}
            answer = client.post(f"/comments/{found[1]}/decide/?story=crowd", data=fields)
            assert answer.status_code == 200
            decided.append(found[1])
            page = answer.text
    return decided


def token(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


def test_many_are_declined_together_by_keys_and_taken_back_at_once(served):
    page = served.sign_in()
    page.goto("/queue/list/?story=story-3")
    page.keyboard.press("j")
    page.keyboard.press("x")  # a
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")  # c
    page.keyboard.press("5")
    page.keyboard.press("d")
    expect(page.locator(".undo")).to_contain_text("2 comments")
    states = [row[0] for row in served.decided("story-3")]
    assert states == ["declined", "held", "declined", "held", "held"]
    page.keyboard.press("u")
    expect(page.locator("[data-entry]")).to_have_count(5)
    assert {row[0] for row in served.decided("story-3")} == {"held"}
    page.keyboard.press("c")
    page.keyboard.press("a")
    expect(page.get_by_text("Nothing.")).to_be_visible()
    assert {row[0] for row in served.decided("story-3")} == {"approved"}


def test_a_long_letter_is_read_to_its_end_before_a_key_decides(served):
    page = served.sign_in(viewport={"width": 1280, "height": 720})
    page.goto("/queue/?story=long")
    expect(page.locator("body[data-unread]")).to_have_count(0)
    presses = 0
    while page.locator("#main .case").count():
        page.keyboard.press("a")
        presses += 1
        assert presses < 20
        page.wait_for_timeout(100)
    assert presses > 3
    expect(page.locator(".undo")).to_contain_text("Approved:")
    assert served.decided("long") == [["approved", None, "ines", 1]]


def test_what_is_marked_is_cut_with_one_key(served):
    page = served.sign_in("tomas")
    page.goto("/queue/?story=marked")
    expect(page.locator("#main .comment-text")).to_contain_text("mina@example.org")
    expect(page.locator("body[data-unread]")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.get_by_label("As it will be printed")).to_have_value("Write to […].")
    page.keyboard.press("Escape")


def test_everything_goes_without_scripts(served):
    page = served.sign_in(java_script_enabled=False)
    page.goto("/queue/?story=story-4")
    page.get_by_role("button", name="Approve").click()
    page.get_by_label("Facts").check()
    page.get_by_label("Ready words").select_option(
        label="It states as a fact what is plainly not so."
    )
    page.get_by_role("button", name="Decline").click()
    page.get_by_label("Ready words").select_option(
        label="Say how you know it, or write it as your opinion, and send your comment again."
    )
    page.get_by_role("button", name="Send back").click()
    expect(page.locator(".undo")).to_contain_text("Sent back with advice:")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("link", name="As a list").click()
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Approve the chosen").click()
    states = [row[0] for row in served.decided("story-4")]
    assert states == ["approved", "declined", "approved", "approved", "approved"]


@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_leaves_anybody_out(served, width):
    page = served.sign_in(viewport={"width": width, "height": 800})
    for address in ("/queue/?story=story-5", "/queue/list/?story=story-6", "/reasons/", "/keys/"):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
