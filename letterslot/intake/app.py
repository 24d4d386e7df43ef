"""The public door as an application for Granian: a thin adapter and the table of routes."""

from __future__ import annotations

import asyncio
import logging
import os
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, NamedTuple, Protocol
from urllib.parse import parse_qsl

from letterslot.intake import bodies, forms, handlers, wording
from letterslot.intake.admission import Budget, Gate, Verdict
from letterslot.intake.bodies import Headers
from letterslot.intake.handlers import Asked, Door, Handler, Store
from letterslot.intake.knowledge import Knowledge, NotKnown
from letterslot.intake.receive import Receiver
from letterslot.intake.speaking import Voice, kept_draft, wants_json
from letterslot.letterbox.spool import CommitGroup, Spool
from letterslot.letterbox.tokens import TokenKey
from letterslot.pages.views import Draft
from letterslot.shelf.serve import Served, ShelfReader

log = logging.getLogger("letterslot.intake")

DEFAULT_BUDGET: Final = 30
_LOOK_SECONDS: Final = 0.5  # how soon a new root of the shelf is noticed
_BUSY_SECONDS: Final = 10
_DISK_SECONDS: Final = 60
_QUERY_BYTES: Final = 1000
_READING: Final = ("GET", "HEAD")
_HOSTS_KEPT: Final = 32
_CLOSE: Final = ("connection", "close")


class Scope(Protocol):
    """What Granian's RSGI says of a request."""

    proto: str
    client: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Headers: ...


class Wire(bodies.Body, Protocol):
    """Granian's RSGI protocol: the body in, the answer out."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


class Route(NamedTuple):
    """What one address does: for GET, for POST, and whether that stores something."""

    get: Handler | None = None
    post: Handler | None = None
    stores: bool = False


ROUTES: Final[dict[str, Route]] = {
    "/comment/new": Route(get=handlers.new_comment),
    "/comment/preview": Route(post=handlers.preview),
    "/comment": Route(post=handlers.comment, stores=True),
    "/receipt": Route(post=handlers.receipt),
    "/receipt/withdraw": Route(post=handlers.withdraw, stores=True),
    "/receipt/refuse-edit": Route(post=handlers.refuse_edit, stores=True),
}
HEALTH: Final = "/healthz"


@dataclass(frozen=True)
class Settings:
    """Where the door's data folder is, by which names it is called, and its budget a minute."""

    data: Path
    hosts: tuple[str, ...] = ()
    budget: int = DEFAULT_BUDGET

    @classmethod
    def from_environment(cls) -> Settings:
        """LETTERSLOT_DATA, LETTERSLOT_DOOR_HOSTS (with commas) and LETTERSLOT_BUDGET."""
        return cls(
            Path(os.environ.get("LETTERSLOT_DATA", "letterslot-data")),
            hosts_in_environment(),
            int(os.environ.get("LETTERSLOT_BUDGET", DEFAULT_BUDGET)),
        )


def hosts_in_environment() -> tuple[str, ...]:
    named = os.environ.get("LETTERSLOT_DOOR_HOSTS", "").split(",")
    return tuple(name.strip() for name in named if name.strip())


class PublicDoor:
    """The application. Opens its data folder when the server starts it, closes it at the end."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings
        self._opened = False
        self._gate = Gate()
        self._reading = bodies.Reading()
        self._hurried = False

    # Life

    def open(self) -> None:
        """Raises OSError, ValueError or sqlite3.Error where the data folder is not whole."""
        settings = self._settings or Settings.from_environment()
        self._budgets = {path: Budget(settings.budget) for path, r in ROUTES.items() if r.stores}
        self._own_hosts = frozenset(name.lower() for name in settings.hosts)
        self._token_key = TokenKey.load(settings.data / "token.key")
        public_key = (settings.data / "publication.pub").read_bytes()
        self._reader = ShelfReader(settings.data / "shelf", public_key)
        self._knowledge: Knowledge | None = None
        self._take_up(self._learnt())
        self._spool = Spool.open(settings.data / "door" / "spool.sqlite3")
        self._group = CommitGroup(self._spool)
        self._opened = True

    def close(self) -> None:
        """Commit what waits and let go of the files."""
        if self._opened:
            self._opened = False
            self._group.close()
            self._spool.close()

    def hurry(self) -> None:
        """Wait no longer for bodies that are still coming: the door is about to close."""
        self._hurried = True
        self._reading.cancel_all()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._opened:
            self.open()
        self._loop = loop
        self._receiver = Receiver(self._group, loop, lambda: self._gate.in_flight)
        self._watching = loop.create_task(self._watch())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._watching.cancel()
        self.close()

    async def _watch(self) -> None:
        """Notice a new root of the shelf. What it says is read in a thread: lists can be long."""
        fault_said = ""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self._reading.cancel_late(self._loop.time())
            try:
                if await asyncio.to_thread(self._reader.refresh) or self._knowledge is None:
                    self._take_up(await asyncio.to_thread(self._learnt))
                if self._reader.fault != fault_said:
                    fault_said = self._reader.fault
                    log.warning("The shelf: %s", fault_said or "in order again.")
            except Exception as fault:
                _log(fault)

    def _learnt(self) -> Knowledge | None:
        """What the root now held says; what is known already where it says nothing."""
        try:
            return Knowledge(self._reader, self._knowledge)
        except NotKnown:
            return self._knowledge

    def _take_up(self, knowledge: Knowledge | None) -> None:
        self._knowledge = knowledge
        self._voice = Voice(knowledge.pages if knowledge else None)
        self._hosts = self._own_hosts | ({knowledge.host} if knowledge else set())
        self._known_hosts: set[str] = set()  # as headers spell them
        self._door: Door | None = None

    def _door_of(self, knowledge: Knowledge, today: date) -> Door:
        door = self._door
        if door is None or door.today != today:
            door = self._door = Door(knowledge, self._voice, self._token_key, today)
        return door

    # Requests

    async def __rsgi__(self, scope: Scope, wire: Wire) -> None:
        if scope.proto != "http":
            return
        try:
            served = await self._answer(scope, wire)
        except Exception as fault:
            _log(fault)
            served = self._broken(scope)
        wire.response_bytes(served.status, served.headers, served.body)

    async def _answer(self, scope: Scope, wire: Wire) -> Served:
        method, path, headers = scope.method, scope.path, scope.headers
        named = headers.get_all("host")
        if len(named) != 1 or named[0] not in self._known_hosts or scope.authority is not None:
            wrong = self._wrong_host(named, scope.authority, headers)
            if wrong is not None:
                return wrong
        route = ROUTES.get(path)
        if route is not None:
            if route.post is not None and method == "POST":
                return await self._post(path, route, scope, wire)
            if route.get is not None and method in _READING:
                return self._get(route.get, scope)
        elif path == HEALTH and method in _READING:
            return self._health(headers)
        served = self._reader.answer(
            method, path, headers.get("accept-encoding", ""), headers.get("if-none-match", "")
        )
        if served is None or served.status == 405:
            return self._nothing_here(method, path, route, served is not None, headers)
        return served

    def _get(self, handler: Handler, scope: Scope) -> Served:
        as_json = wants_json(scope.headers.get("accept", ""))
        knowledge = self._knowledge
        if knowledge is None:
            return self._not_set_up(as_json)
        query = scope.query_string
        # Ours are short: a slug and an id.
        pairs = parse_qsl(query, keep_blank_values=True) if len(query) <= _QUERY_BYTES else []
        answered = handler(self._door_of(knowledge, _today()), Asked(dict(pairs), as_json))
        assert isinstance(answered, Served)
        return answered

    async def _post(self, path: str, route: Route, scope: Scope, wire: Wire) -> Served:
        seconds = self._budgets[path].take(scope.client) if route.stores else 0
        sentence = wording.OVER_BUDGET if seconds else wording.BUSY
        verdict = self._gate.enter(refused=bool(seconds))
        try:
            if verdict is Verdict.ADMIT:
                return await self._handle(route, scope, wire)
            return await self._refuse(verdict, sentence, seconds or _BUSY_SECONDS, scope, wire)
        finally:
            self._gate.leave(verdict)

    async def _handle(self, route: Route, scope: Scope, wire: Wire) -> Served:
        headers = scope.headers
        as_json = wants_json(headers.get("accept", ""))
        fields = await self._fields(headers, wire, as_json)
        if isinstance(fields, Served):
            return fields
        knowledge = self._knowledge  # only now: a new edition may have come with the body
        if knowledge is None:
            return self._not_set_up(as_json)
        assert route.post is not None
        asked = Asked(fields, as_json)
        answered = route.post(self._door_of(knowledge, _today()), asked)
        if isinstance(answered, Store):
            return await self._store(answered, asked)
        return answered

    async def _store(self, store: Store, asked: Asked) -> Served:
        fault = await self._receiver.store(store.row)
        if fault is None:
            return store.served
        _log(fault)
        return self._voice.not_stored(
            wording.DISK, _DISK_SECONDS, wants_json=asked.wants_json,
            draft=self._draft(asked.fields),
        )  # fmt: skip

    async def _fields(self, headers: Headers, wire: Wire, as_json: bool) -> dict[str, str] | Served:
        """The fields of a form, or the answer to a body that is none."""
        refusal = self._voice.refusal
        task = asyncio.current_task(self._loop)
        assert task is not None
        self._reading.begin(task, self._loop.time())
        try:
            body = await bodies.read(wire, headers)
            packed = headers.get("content-encoding", "identity") != "identity"
            return forms.read("" if packed else headers.get("content-type", ""), body)
        except forms.BadForm as bad:
            return refusal(bad.status, wording.NOT_READ, bad.sentence, wants_json=as_json,
                           field=bad.field, draft=self._draft(bad.fields))  # fmt: skip
        except bodies.TooLarge as large:
            more = () if large.drained else (_CLOSE,)
            return refusal(413, wording.TOO_LARGE_HEADING, wording.TOO_LARGE, *more,
                           wants_json=as_json)  # fmt: skip
        except bodies.BrokenOff:
            return refusal(400, wording.NOT_READ, forms.UNREADABLE, _CLOSE, wants_json=as_json)
        except asyncio.CancelledError:
            if self._reading.is_late(task):
                return refusal(408, wording.TOO_SLOW_HEADING, wording.TOO_SLOW, _CLOSE,
                               wants_json=as_json)  # fmt: skip
            if not self._hurried:
                raise
            return self._voice.not_stored(wording.BUSY, _BUSY_SECONDS, wants_json=as_json)
        finally:
            self._reading.end(task)

    async def _refuse(
        self, verdict: Verdict, sentence: str, seconds: int, scope: Scope, wire: Wire
    ) -> Served:
        """503 with the text given back, where there is room to read it."""
        as_json = wants_json(scope.headers.get("accept", ""))
        if verdict is Verdict.TURN_AWAY:
            return self._voice.refusal(
                503, wording.NOT_STORED, wording.BUSY_UNREAD, ("retry-after", str(seconds)), _CLOSE,
                wants_json=as_json,
            )  # fmt: skip
        fields = await self._fields(scope.headers, wire, as_json)
        if isinstance(fields, Served):
            return fields
        return self._voice.not_stored(
            sentence, seconds, wants_json=as_json, draft=self._draft(fields)
        )

    def _draft(self, fields: Mapping[str, str]) -> Draft:
        """What came, to be given back as it is."""
        knowledge = self._knowledge
        story = knowledge.story(fields.get("story", "")) if knowledge else None
        draft = kept_draft(fields, story.language if story else "")
        return replace(draft, story=story.slug) if story else draft

    def _wrong_host(
        self, named: list[str], authority: str | None, headers: Headers
    ) -> Served | None:
        """The answer to a request for another site. RFC 9110, 7.4: it may be for another door."""
        as_json = wants_json(headers.get("accept", ""))
        if len(named) != 1:
            return self._voice.refusal(
                400, wording.WRONG_HOST_HEADING, wording.NO_HOST, wants_json=as_json
            )
        asked_for = named if authority is None else [named[0], authority]
        if all(host_name(name) in self._hosts for name in asked_for):
            if len(self._known_hosts) < _HOSTS_KEPT:
                self._known_hosts.add(named[0])
            return None
        return self._voice.refusal(
            421, wording.WRONG_HOST_HEADING, wording.WRONG_HOST, wants_json=as_json
        )

    def _nothing_here(
        self, method: str, path: str, route: Route | None, on_shelf: bool, headers: Headers
    ) -> Served:
        """405 where the address exists and takes other methods, else 404."""
        as_json = wants_json(headers.get("accept", ""))
        allowed = ["GET", "HEAD"] if on_shelf or path == HEALTH or (route and route.get) else []
        allowed += ["POST"] if route and route.post else []
        if allowed:
            return self._voice.refusal(
                405, wording.WRONG_METHOD_HEADING, wording.WRONG_METHOD,
                ("allow", ", ".join(allowed)), wants_json=as_json,
            )  # fmt: skip
        if self._reader.root is None:
            return self._not_set_up(as_json)
        return self._voice.refusal(
            404, wording.NOTHING_HERE_HEADING, wording.NOTHING_HERE, wants_json=as_json
        )

    def _health(self, headers: Headers) -> Served:
        """200 while this door can store."""
        as_json = wants_json(headers.get("accept", ""))
        if self._receiver.broken:
            return self._voice.not_stored(wording.DISK, _DISK_SECONDS, wants_json=as_json)
        return self._voice.document(200, "ok") if as_json else self._voice.plain(200, "ok")

    def _not_set_up(self, as_json: bool) -> Served:
        return self._voice.not_stored(wording.NO_SHELF, _DISK_SECONDS, wants_json=as_json)

    def _broken(self, scope: Scope) -> Served:
        return self._voice.refusal(
            500, wording.BROKEN_HEADING, wording.BROKEN,
            wants_json=wants_json(scope.headers.get("accept", "")),
        )  # fmt: skip


def host_name(host: str) -> str:
    """The name in a Host header, lower-case, without its port: "[::1]:8000" is "[::1]"."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _today() -> date:
    """The UTC day."""
    return datetime.now(UTC).date()


def _log(fault: BaseException) -> None:
    """The kind of a fault and where it happened; never its words, which may hold a letter's."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "another thread"
    log.error("%s at %s", type(fault).__name__, where)


app = PublicDoor()
