"""The publication: what `publication.toml` says, checked, with one sentence for each fault."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError

from letterslot.newsroom.notices import LOOPBACK, NOBODY, Notices, NoticesFault
from letterslot.newsroom.notices import from_table as read_notices
from letterslot.newsroom.places import PlacesFault, Store
from letterslot.newsroom.places import from_table as read_places

FILE: Final = "publication.toml"
POLICIES: Final = ("prompt", "guarded")
SECOND_FACTOR: Final = ("required", "optional")
K_MIN: Final = 10  # new comments that come out together under `guarded`
HOLD: Final = 1  # whole slots between sending and printing under `guarded`
ALONE_AFTER: Final = 3  # slots after which a writer who chose so is printed without company
LARGEST_POOL: Final = 50  # percent
APPEAL_DAYS: Final = 14
LONGEST_BYLINE: Final = 80  # characters
LONGEST_SOCKET: Final = 100  # bytes of a Unix socket's path; the system takes few more
_TARGETS: Final = {"prompt": 4, "guarded": 1}  # slots: an hour, a day


class PublicationFault(ValueError):
    """Something in publication.toml does not hold; the message says what to do."""


@dataclass(frozen=True)
class Publication:
    """A newsroom's site. Days are whole days; `url` has no trailing slash.

    `k_min` and `pool` are the newsroom's; both are 0 under `prompt`, which has no such rule.
    """

    name: str
    url: str
    languages: tuple[str, ...]
    policy: str
    zone: tzinfo
    comment_days: int
    k_min: int
    appeal_days: int
    embed_hosts: tuple[str, ...]
    two_hosts: bool
    pool: int = 0  # percent: how likely a comment that could come out stays for another edition
    links: bool = False  # whether addresses in comments are printed as links
    desk_target: int = 4  # slots within which the newsroom wants to have decided
    onion_url: str = ""  # the onion service's address; empty: there is none
    onion_socket: str = ""  # where Tor brings its readers
    bylines: tuple[str, ...] = ()  # under which the newsroom answers readers
    desk_url: str = ""  # where moderators reach the desk through a proxy; empty: loopback alone
    second_factor: str = "required"  # whether a password alone opens the desk: "optional"
    notices: Notices = NOBODY  # when and how somebody is asked to look at the desk
    store: Store | None = None  # where the shelf is carried to, besides its folder

    @property
    def hold(self) -> int:
        """Whole slots that pass between sending and printing, at least."""
        return HOLD if self.policy == "guarded" else 0

    @property
    def alone_after(self) -> int:
        """Slots after the approval in which a writer who chose so is printed without company."""
        return ALONE_AFTER if self.policy == "guarded" else 0

    @property
    def first_language(self) -> str:
        return self.languages[0]

    @property
    def signatures(self) -> tuple[str, ...]:
        """The names under which the newsroom may answer readers, the usual one first."""
        return self.bylines or (self.name,)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def load(data: Path) -> Publication:
    """The publication of the data folder. Raises PublicationFault."""
    try:
        text = (data / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PublicationFault(
            f"There is no {FILE} in {data}: run `letterslot --data {data} init` first."
        ) from None
    except UnicodeDecodeError:
        raise PublicationFault(f"{FILE} is not UTF-8.") from None
    return from_text(text)


def from_text(text: str) -> Publication:
    """A publication from the text of publication.toml. Raises PublicationFault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise PublicationFault(f"{FILE} cannot be read: {fault}.") from None
    return from_table(table)


def from_table(table: Mapping[str, Any]) -> Publication:
    """A publication from the keys of publication.toml. Raises PublicationFault."""
    known = {
        "name",
        "url",
        "languages",
        "policy",
        "zone",
        "comment_days",
        "appeal_days",
        "k_min",
        "pool",
        "embed_hosts",
        "two_hosts",
        "onion_url",
        "onion_socket",
        "links",
        "desk_target",
        "bylines",
        "desk_url",
        "second_factor",
        "notices",
        "shelf",
    }
    for key in table:
        if key not in known:
            raise PublicationFault(f"{FILE} has a key that means nothing here: {key}.")
    policy = _one_of(table, "policy", POLICIES, "prompt")
    return Publication(
        name=_text(table, "name"),
        url=_url(table, "url"),
        languages=_languages(table),
        policy=policy,
        zone=_zone(table),
        comment_days=_number(table, "comment_days", 14, least=1),
        k_min=_number(table, "k_min", K_MIN, least=K_MIN) if policy == "guarded" else 0,
        appeal_days=_number(table, "appeal_days", APPEAL_DAYS, least=1),
        embed_hosts=_texts(table, "embed_hosts"),
        two_hosts=table.get("two_hosts", False) is True,
        pool=_pool(table) if policy == "guarded" else 0,
        links=_switch(table, "links"),
        desk_target=_number(table, "desk_target", _TARGETS[policy], least=1),
        bylines=_bylines(table),
        desk_url=_desk_url(table),
        second_factor=_one_of(table, "second_factor", SECOND_FACTOR, "required"),
        notices=_notices(table),
        store=_store(table),
        **_onion(table),
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or "\n" in value or len(value) > 200:
        raise PublicationFault(f"{FILE} needs `{key}`, one line of text.")
    return value.strip()


def _url(table: Mapping[str, Any], key: str) -> str:
    url = _text(table, key).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise PublicationFault(
            f"`{key}` in {FILE} is the address of the site alone, like https://courier.example."
        )
    return url


def _bylines(table: Mapping[str, Any]) -> tuple[str, ...]:
    bylines = _texts(table, "bylines")
    if any(len(one) > LONGEST_BYLINE or not one.isprintable() for one in bylines):
        raise PublicationFault(
            f"`bylines` in {FILE} are lines of at most {LONGEST_BYLINE} characters, like "
            "“Noor Halvik, reporter”."
        )
    return bylines


def _desk_url(table: Mapping[str, Any]) -> str:
    """Moderators sign in there: in clear only where the line is this machine's own."""
    if not table.get("desk_url"):
        return ""
    url = _url(table, "desk_url")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise PublicationFault(f"`desk_url` in {FILE} begins with https://.")
    return url


def _notices(table: Mapping[str, Any]) -> Notices:
    try:
        return read_notices(table.get("notices", {}))
    except NoticesFault as fault:
        raise PublicationFault(f"{FILE}: {fault}") from None


def _store(table: Mapping[str, Any]) -> Store | None:
    try:
        return read_places(table.get("shelf", {}))
    except PlacesFault as fault:
        raise PublicationFault(f"{FILE}: {fault}") from None


def _onion(table: Mapping[str, Any]) -> dict[str, str]:
    """Both keys of the onion service or none of them."""
    if not table.get("onion_url") and not table.get("onion_socket"):
        return {}
    url, path = _url(table, "onion_url"), _text(table, "onion_socket")
    if not (urlsplit(url).hostname or "").endswith(".onion"):
        raise PublicationFault(f"`onion_url` in {FILE} is like http://abc…xyz.onion.")
    if not Path(path).is_absolute() or len(path.encode()) > LONGEST_SOCKET:
        raise PublicationFault(
            f"`onion_socket` in {FILE} is a whole path of at most {LONGEST_SOCKET} bytes, like "
            "/run/letterslot/onion.sock."
        )
    return {"onion_url": url, "onion_socket": path}


def _languages(table: Mapping[str, Any]) -> tuple[str, ...]:
    languages = _texts(table, "languages") or ("en",)
    for language in languages:
        try:
            Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            raise PublicationFault(
                f"`languages` in {FILE} names a language nobody knows: {language}."
            ) from None
    return languages


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise PublicationFault(f"`{key}` in {FILE} is a list of texts.")
    return tuple(value)


def _zone(table: Mapping[str, Any]) -> tzinfo:
    name = table.get("zone", "UTC")
    try:
        return ZoneInfo(name)
    except (TypeError, ValueError, OSError, KeyError):
        raise PublicationFault(
            f"`zone` in {FILE} is the name of a time zone, like Europe/Prague."
        ) from None


def _number(table: Mapping[str, Any], key: str, default: int, *, least: int) -> int:
    value = table.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise PublicationFault(f"`{key}` in {FILE} is a whole number, at least {least}.")
    return value


def _pool(table: Mapping[str, Any]) -> int:
    pool = _number(table, "pool", 0, least=0)
    if pool > LARGEST_POOL:
        raise PublicationFault(f"`pool` in {FILE} is a percentage, at most {LARGEST_POOL}.")
    return pool


def _switch(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise PublicationFault(f"`{key}` in {FILE} is true or false.")
    return value


def _one_of(table: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str) -> str:
    value = table.get(key, default)
    if value not in allowed:
        raise PublicationFault(f"`{key}` in {FILE} is one of: {', '.join(allowed)}.")
    return str(value)


TEMPLATE: Final = """\
# The publication. Read again at each edition; change it with any editor.

# The name of the newsroom's site, as it stands on every page.
name = {name}

# The address that readers see, where the public door answers. Forms post to it.
url = {url}

# Languages of the newsroom's own words (the folder words/), the first one first.
languages = {languages}

# When comments come out.
#   "prompt"   every 15 minutes, whatever is approved.
#   "guarded"  once a day at 06:00 of `zone`, and only when at least `k_min` new comments come out
#              together, in random order. For readers who could be punished for speaking.
policy = {policy}

# The newsroom's time zone. Dates of editions follow it.
zone = "UTC"

# A thread closes this many days after its story's date, unless the story says otherwise.
comment_days = 14

# Under "guarded": how many new comments come out together. At least 10.
# k_min = 10

# Under "guarded": of 100 comments that could come out, how many stay for a later edition, drawn by
# lot: a third to a half more comments to be lost among, for longer waits. 0: none; at most 50.
# pool = 30

# Days in which a writer may appeal, counted from the edition that brought the answer.
appeal_days = 14

# Hosts that may show a story's thread in a frame.
embed_hosts = []

# true where the public door runs on a host of its own, without the desk and its keys.
# "How comments work" then promises that who takes over that host learns no past comment.
two_hosts = false

# true: addresses of web pages in comments are printed as links, which search engines do not count
# and which do not say where a reader came from. false: they are plain text, to be copied.
links = false

# How many slots a comment may wait for a decision: under "prompt" 4, an hour, under "guarded" 1, a
# day. The queue marks what has waited longer.
# desk_target = 4

# The onion service, both or neither: its address, and the Unix socket to which Tor brings its
# readers (HiddenServicePort 80 unix:/run/letterslot/onion.sock). What comes this way has places of
# its own at the door, so that no flood from elsewhere keeps these readers out, and the door answers
# to this name nowhere else.
# onion_url = "http://abc.onion"
# onion_socket = "/run/letterslot/onion.sock"

# The names under which the newsroom answers readers in the thread, each with a role after a comma,
# like ["Noor Halvik, reporter"]. Empty: the publication's own name. Moderators' names are never
# printed.
bylines = []

# Where moderators reach the desk through a proxy with TLS, like "https://desk.courier.example".
# Empty: the desk answers on this machine alone, reached by a tunnel.
desk_url = ""

# What a moderator needs besides the password to sign in at the desk: an authenticator app or a
# passkey.
#   "required"  who has neither is led to make one, and sees nothing of the desk before.
#   "optional"  a password alone is enough for those who have neither. For a trial, not for a
#               newsroom whose readers trust it.
second_factor = {second_factor}

# An S3-compatible store that the shelf is carried to after each print; docs/store.md says more. Its
# access key and secret, a line each, stand in store.keys beside this file (chmod 600), or in
# LETTERSLOT_STORE_KEY and LETTERSLOT_STORE_SECRET. `folder` may be left out.
# [shelf]
# store = "https://s3.eu-central-1.amazonaws.com"
# bucket = "courier-comments"
# region = "eu-central-1"
# folder = "comments"

# Notices: at each of these hours, in `zone`, somebody is asked to look at the desk, whether
# anything waits or not. A table stands below all single keys; docs/notices.md says more.
# [notices]
# hours = ["08:00", "16:00"]
# mail_to = ["desk@courier.example"]
# mail_from = "letterslot@courier.example"
# smtp = "smtp://localhost:25"
# webhook = "https://hooks.courier.example/desk"
"""


def template(
    *,
    name: str,
    url: str,
    languages: tuple[str, ...],
    policy: str,
    second_factor: str = "required",
) -> str:
    """A new publication.toml with comments that explain. Values are escaped as TOML."""
    return TEMPLATE.format(
        name=_toml(name),
        url=_toml(url),
        policy=_toml(policy),
        second_factor=_toml(second_factor),
        languages="[" + ", ".join(_toml(one) for one in languages) + "]",
    )


def _toml(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
