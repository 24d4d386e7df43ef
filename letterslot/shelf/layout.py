"""Where everything stands on the shelf: the one place that spells its paths.

A path is relative to the shelf's root, with forward slashes: "stories/harvest/index.html".
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from datetime import date

PAGE = 25  # conversations on a page of a thread

MANIFEST = "manifest.json"
SIGNATURE = "manifest.json.minisig"
PUBLIC_KEY = "publication.pub"
LISTS = "lists"
STAGING = ".staging"  # where an edition waits until it is whole
PREVIOUS = ".previous"  # what the last switch replaced, for readers that still hold the old root

WORDS_PAGES = ("terms", "how-comments-work", "receipt", "editions")

ANSWERS_TOGETHER = 1000  # editions whose answers stand in one list

_LONGEST_PATH = 400
_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}"

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_PATH = re.compile(f"{_SEGMENT}(?:/{_SEGMENT})*")
_LIST = re.compile(rf"{LISTS}/[0-9a-f]{{2}}(?:/{_SEGMENT})?\.json")
_ANSWERS = re.compile(r"answers/([0-9]{1,9})\.(?:bin|idx)")


class UnsafePath(ValueError):
    """A path, slug, id or name that may not stand on a shelf."""


def check_slug(slug: str) -> str:
    """The slug itself; raises UnsafePath unless it is 1 to 80 of a-z, 0-9 and inner hyphens."""
    if not _SLUG.fullmatch(slug):
        raise UnsafePath(f"{slug!r} is not a story's slug: use a-z, 0-9 and hyphens, at most 80.")
    return slug


def is_path(path: str) -> bool:
    """Whether this may be a file's path on a shelf.

    ASCII letters, digits, hyphen, underscore and dot; no part begins with a dot, so there is no
    way up, no hidden file, and nothing that means something else on another system.
    """
    return len(path) <= _LONGEST_PATH and _PATH.fullmatch(path) is not None


def check_path(path: str) -> str:
    """The path itself; raises UnsafePath unless `is_path`."""
    if not is_path(path):
        raise UnsafePath(f"{path!r} is not a path on a shelf.")
    return path


def list_of(path: str) -> str:
    """The path of the list that a file stands in, so that what changes together stands together.

    A story's files stand in a list of their own, `lists/7d/harvest.json`, and this list in one of
    256 beside it, `lists/7d.json`, like any other file: so an edition rewrites short lists, however
    many stories there are. The digits are of the SHA-256 of `group(path)`.
    """
    if path.startswith(f"{LISTS}/") and path.count("/") == 2:
        return f"{path.rpartition('/')[0]}.json"
    first, _, rest = path.partition("/")
    slug, deeper, _ = rest.partition("/")
    digits = hashlib.sha256(group(path).encode()).hexdigest()[:2]
    return f"{LISTS}/{digits}/{slug}.json" if first == "stories" and deeper else _top(digits)


def _top(digits: str) -> str:
    return f"{LISTS}/{digits}.json"


def group(path: str) -> str:
    """All files of a story are one group, the answers of a thousand editions another; any other
    file is a group of its own with its compressed variants."""
    parts = path.split("/", 2)
    if parts[0] == "stories" and len(parts) == 3:
        return f"stories/{parts[1]}"
    answer = _ANSWERS.fullmatch(path)
    if answer:
        return f"answers/{int(answer[1]) // ANSWERS_TOGETHER}"
    return path.removesuffix(".gz").removesuffix(".br")


def is_list(path: str) -> bool:
    """Whether this may be a list's path."""
    return _LIST.fullmatch(path) is not None


def is_root_list(path: str) -> bool:
    """Whether this may be the path of a list that the root names, and no other list."""
    return is_list(path) and path.count("/") == 1


def story_folder(story_list: str) -> str:
    """Where the files stand that a story's list names: "stories/harvest/"."""
    return f"stories/{story_list.rpartition('/')[2].removesuffix('.json')}/"


# Stories


def _of_story(slug: str, rest: str) -> str:
    return f"stories/{check_slug(slug)}/{rest}"


def story_page(slug: str) -> str:
    return _of_story(slug, "index.html")


def lite_page(slug: str) -> str:
    return _of_story(slug, "lite/index.html")


def comments_page(slug: str, page: int) -> str:
    """A page of the thread; pages are counted from 1, the oldest conversations first."""
    if page < 1:
        raise UnsafePath("Pages of a thread are counted from 1.")
    return _of_story(slug, f"comments/{page}/index.html")


def replies_page(slug: str, comment_id: str) -> str:
    return _of_story(slug, f"replies/{_check(comment_id, _ID, 'id of a comment')}/index.html")


def embed_page(slug: str) -> str:
    return _of_story(slug, "embed/index.html")


def thread_fragment(slug: str) -> str:
    return _of_story(slug, "thread.html")


def form_fragment(slug: str) -> str:
    return _of_story(slug, "form.html")


def thread_json(slug: str) -> str:
    return _of_story(slug, "thread.json")


def comments_feed(slug: str) -> str:
    return _of_story(slug, "comments.atom")


def thread_schema() -> str:
    """The JSON Schema of every story's `thread.json`."""
    return "thread.schema.json"


def thread_script() -> str:
    """For pages of other sites. Its name stays: they hold it for years."""
    return "thread.js"


def story_door(slug: str) -> str:
    return _of_story(slug, "door.json")


def story_names(slug: str) -> str:
    return _of_story(slug, "names.json")


def picture(slug: str, name: str) -> str:
    """A story's picture. A name holding a hyphen and 8 or more hex digits of the file's SHA-256
    ("market-1a2b3c4d.jpg") is kept for ever by browsers; any other is asked for again."""
    return check_path(_of_story(slug, name))


def page_of(place: int) -> int:
    """The page of the thread that holds the conversation with this place (0 is the oldest)."""
    if place < 0:
        raise ValueError("Places are counted from 0.")
    return place // PAGE + 1


# The publication


def front() -> str:
    return "index.html"


def words_page(name: str, language: str, first_language: str) -> str:
    """A page of the newsroom's words: "terms/index.html", "terms/ko/index.html" in others."""
    if name not in WORDS_PAGES:
        raise UnsafePath(f"{name!r} is not one of the pages {', '.join(WORDS_PAGES)}.")
    if language == first_language:
        return f"{name}/index.html"
    return f"{name}/{_check(language, _LANGUAGE, 'language')}/index.html"


def stylesheet(fingerprint: str) -> str:
    return check_path(f"site-{fingerprint}.css")


def archive() -> str:
    """The months in which there are stories."""
    return "archive/index.html"


def archive_month(day: date) -> str:
    """The stories of the month that this day is in: "archive/2026-11/index.html"."""
    return f"archive/{day:%Y-%m}/index.html"


def sitemap() -> str:
    """Where the stories of each month are listed for search engines."""
    return "sitemap.xml"


def sitemap_month(day: date) -> str:
    return f"archive/{day:%Y-%m}/sitemap.xml"


def robots() -> str:
    return "robots.txt"


def door() -> str:
    return "door.json"


def answers(edition: int) -> tuple[str, str]:
    """The data and the index of an edition's sealed answers."""
    return f"answers/{edition:d}.bin", f"answers/{edition:d}.idx"


def relative(from_path: str, to_path: str) -> str:
    """The link from one file to another, fragment kept: "../../index.html#c-7".

    It names index.html, so that a copy on a stick opens without a server.
    """
    target, mark, fragment = to_path.partition("#")
    start = posixpath.dirname(from_path) or "."
    link = posixpath.relpath("/" + target, posixpath.join("/", start))
    return link + mark + fragment


def _check(value: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(value):
        raise UnsafePath(f"{value!r} is not the {what}.")
    return value
