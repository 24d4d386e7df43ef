"""The stylesheet: logical, without addresses, small, and named after its bytes."""

import gzip
import hashlib
import re

from letterslot.pages import stylesheet

PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)[-\w]*"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)|float|clear)\s*:"
)
MEDIA = re.compile(r"\((?:min|max)-width:[^)]*\)")
SHORTHAND = re.compile(r"(?<![-\w])(?:margin|padding|inset|border-radius): *([^;}]+)")


def rules():
    return re.sub(r"/\*.*?\*/", "", stylesheet.SOURCE.read_text("utf-8"), flags=re.DOTALL)


def test_only_logical_properties_are_used():
    assert PHYSICAL.findall(MEDIA.sub("", rules())) == []
    assert re.findall(r"text-align: *(?:left|right)", rules()) == []


def test_no_shorthand_tells_left_from_right():
    for values in SHORTHAND.findall(rules()):
        sides = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", values).split()
        assert len(sides) < 4 or sides[1] == sides[3], values


def test_it_asks_for_no_other_file():
    assert "url(" not in rules()
    assert "@import" not in rules()
    assert "@font-face" not in rules()


def test_the_key_and_the_commands_that_check_a_copy_are_whole_on_a_phone_and_on_paper():
    [command] = re.findall(r"\.command *\{([^}]*)\}", rules())
    assert "white-space: pre-wrap" in command
    assert "overflow-wrap: anywhere" in command


def test_the_dark_is_for_screens_alone():
    dark = re.findall(r"@media ([^{]*dark[^{]*)", rules())
    assert dark == ["screen and (prefers-color-scheme: dark) "]


def test_its_name_is_made_from_its_bytes():
    path, content = stylesheet.stylesheet()
    assert path == f"site-{hashlib.sha256(content).hexdigest()[:8]}.css"


def test_pressing_keeps_every_rule():
    _, content = stylesheet.stylesheet()
    assert content.count(b"{") == rules().count("{")
    assert b"calc(var(--lhh) + .1)" in content
    assert stylesheet.pressed("a { b : c;  /* d */ }\n\n@media (x: 1) { e { f: g h; } }") == (
        "a{b :c}@media (x:1){e{f:g h}}\n"
    )


def test_it_keeps_to_its_budget():
    _, content = stylesheet.stylesheet()
    assert len(gzip.compress(content, 9)) <= 5_500


def test_every_class_that_is_styled_stands_in_a_template():
    names = set(re.findall(r"\.([a-z][-a-z]+)", re.sub(r"\{[^{}]*\}", "{}", rules())))
    templates = "".join(
        path.read_text("utf-8")
        for path in (stylesheet.SOURCE.parent.parent / "templates").iterdir()
    )
    assert {name for name in names if name not in templates} == set()
