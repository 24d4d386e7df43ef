"""The public door as an application for Granian: a thin adapter."""

from __future__ import annotations

import asyncio
import logging
import os
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qsl

from letterslot.intake import bodies, forms, onion, wording
from letterslot.intake.admission import DEFAULT_BUDGET, Lane
from letterslot.intake.bodies import Headers
from letterslot.intake.gate import SMALL_BYTES, Gate, Verdict
from letterslot.intake.handlers import Asked, Door, Handler, Store
from letterslot.intake.hosts import Hosts
from letterslot.intake.knowledge import Knowledge, NotKnown
from letterslot.intake.receive import Receiver
from letterslot.intake.routes import HEALTH, ROUTES, Route
from letterslot.intake.speaking import Voice, kept_draft, wants_json
from letterslot.intake.turns import Turns
from letterslot.letterbox.spool import CommitGroup, Spool
from letterslot.letterbox.tokens import TokenKey
from letterslot.pages.views import Draft
from letterslot.shelf.serve import Served, ShelfReader

log = logging.getLogger("letterslot.intake")

_LOOK_SECONDS: Final = 0.5  # how soon a new root of the shelf is noticed
_STEPS_TO_DELIVER: Final = 3  # of the loop: the body is there, its waiter is told, and goes on
_BUSY_SECONDS: Final = 10
_DISK_SECONDS: Final = 60
_QUERY_BYTES: Final = 1000
_READING: Final = ("GET", "HEAD")
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


@dataclass(frozen=True)
class Settings:
    """Where the door's data folder is, by which names it is called, and its budget a minute.

    `onion` is the name of the onion service, answered on its own way in and nowhere else: whoever
    tries addresses with that name must not find out which server it is.
    """

    data: Path
    hosts: tuple[str, ...] = ()
    budget: int = DEFAULT_BUDGET
    onion: str = ""

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
        self._hurried = False
        self._leaving = False

    # Life

    def open(self) -> None:
        """Raises OSError, ValueError or sqlite3.Error where the data folder is not whole."""
        settings = self._settings or Settings.from_environment()
        allowances = {path: route.allowance for path, route in ROUTES.items() if route.post}
        self._clearnet = Lane(allowances, budget=settings.budget, by_network=True)
        self._onion = Lane(allowances, by_network=False)
        self._gates = [*self._clearnet.gates.values(), *self._onion.gates.values()]
        self._names = settings.hosts
        self._onion.hosts = Hosts([settings.onion])
        self._token_key = TokenKey.load(settings.data / "token.key")
        public_key = (settings.data / "publication.pub").read_bytes()
        self._reader = ShelfReader(settings.data / "shelf", public_key)
        self._knowledge: Knowledge | None = None
        self._take_up(self._learnt())
        self._spool = Spool.open(settings.data / "door" / "spool.sqlite3")
        self._spool.settle()
        self._group = CommitGroup(self._spool)
        self._opened = True

    def close(self) -> None:
        """Commit what waits and let go of the files."""
        if self._opened:
            self._opened = False
            self._group.close()
            self._spool.close()

    def leave(self) -> None:
        """Answer from now on so that each client comes back on a new connection, to another."""
        self._leaving = True

    def hurry(self) -> None:
        """Wait no longer for bodies that are still coming: the door is about to close."""
        self._hurried = True
        for gate in self._gates:
            gate.cancel_all()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._opened:
            self.open()
        self._loop = loop
        self._receiver = Receiver(self._group, loop, self._in_hand)
        self._turns = Turns(loop)
        self._watching = loop.create_task(self._watch())

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._watching.cancel()
        self.close()

    def _in_hand(self) -> int:
        """How many requests may still add to the next commit."""
        return sum(gate.in_hand for gate in self._gates)

    async def _watch(self) -> None:
        """Notice slow bodies, and a new root of the shelf, which is read in a thread: lists can be
        long."""
        fault_said = spool_said = ""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = self._loop.time()
            await self._deliver()
            for gate in self._gates:
                gate.look(now)
            if self._group.why_broken != spool_said:
                spool_said = self._group.why_broken
                log.warning("The spool: %s", spool_said or "in order again.")
            try:
                if await asyncio.to_thread(self._reader.refresh) or self._knowledge is None:
                    self._take_up(await asyncio.to_thread(self._learnt))
                if self._reader.fault != fault_said:
                    fault_said = self._reader.fault
                    log.warning("The shelf: %s", fault_said or "in order again.")
            except Exception as fault:
                _log(fault)

    async def _deliver(self) -> None:
        """Let bodies reach those who wait for them: where the door lags, they are not slow."""
        for _ in range(_STEPS_TO_DELIVER):
            await asyncio.sleep(0)

    def _learnt(self) -> Knowledge | None:
        """What the root now held says; what is known already where it says nothing."""
        try:
            return Knowledge(self._reader, self._knowledge)
        except NotKnown:
            return self._knowledge

    def _take_up(self, knowledge: Knowledge | None) -> None:
        self._knowledge = knowledge
        self._voice = Voice(knowledge.pages if knowledge else None)
        self._clearnet.hosts = Hosts([*self._names, *([knowledge.host] if knowledge else [])])
        self._door: Door | None = None

    def _door_of(self, knowledge: Knowledge, now: datetime) -> Door:
        door, today, day = self._door, now.date(), knowledge.day(now)
        if door is None or door.today != today or door.day != day:
            door = self._door = Door(knowledge, self._voice, self._token_key, today, day)
        return door

    # Requests

    async def __rsgi__(self, scope: Scope, wire: Wire) -> None:
        await self._serve(self._clearnet, scope, wire)

    async def over_tor(self, scope: Scope, wire: Wire) -> None:
        """The application that the onion service's own listener runs."""
        await self._serve(self._onion, scope, wire)

    async def _serve(self, lane: Lane, scope: Scope, wire: Wire) -> None:
        if scope.proto != "http":
            return
        try:
            served = await self._answer(lane, scope, wire)
        except Exception as fault:
            _log(fault)
            served = self._broken(scope)
        more = self._leaving and _CLOSE not in served.headers
        headers = [*served.headers, _CLOSE] if more else served.headers
        wire.response_bytes(served.status, headers, served.body)

    async def _answer(self, lane: Lane, scope: Scope, wire: Wire) -> Served:
        method, path, headers = scope.method, scope.path, scope.headers
        wrong = lane.hosts.refuse(headers.get_all("host"), scope.authority)
        if wrong is not None:
            return self._voice.refusal(
                wrong.status, wording.WRONG_HOST_HEADING, wrong.sentence,
                wants_json=wants_json(headers.get("accept", "")),
            )  # fmt: skip
        route = ROUTES.get(path)
        if route is not None:
            if route.post is not None and method == "POST":
                return await self._post(lane, path, route, scope, wire)
            if route.get is not None and method in _READING:
                return self._get(route.get, scope)
        elif path == HEALTH and method in _READING:
            return self._health(headers)
        coding = headers.get("accept-encoding", "")
        if lane is self._onion:
            coding = onion.coding(coding)
        served = self._reader.answer(method, path, coding, headers.get("if-none-match", ""))
        if served is None or served.status == 405:
            return self._nothing_here(method, path, route, served is not None, headers)
        return onion.printed(served, self._voice.url) if lane is self._onion else served

    def _get(self, handler: Handler, scope: Scope) -> Served:
        as_json = wants_json(scope.headers.get("accept", ""))
        knowledge = self._knowledge
        if knowledge is None:
            return self._not_set_up(as_json)
        query = scope.query_string
        # Ours are short: a slug and an id.
        pairs = parse_qsl(query, keep_blank_values=True) if len(query) <= _QUERY_BYTES else []
        answered = handler(self._door_of(knowledge, datetime.now(UTC)), Asked(dict(pairs), as_json))
        assert isinstance(answered, Served)
        return answered

    async def _post(self, lane: Lane, path: str, route: Route, scope: Scope, wire: Wire) -> Served:
        seconds = lane.wait(path, scope.client)
        gate = lane.gates[path]
        size = bodies.largest(scope.headers)
        verdict = gate.enter(self._loop.time(), size, refused=bool(seconds))
        try:
            if verdict is Verdict.ADMIT:
                return await self._handle(gate, route, scope, wire)
            return await self._refuse(gate, verdict, path, seconds, scope, wire)
        finally:
            gate.leave(verdict)

    async def _handle(self, gate: Gate, route: Route, scope: Scope, wire: Wire) -> Served:
        headers = scope.headers
        as_json = wants_json(headers.get("accept", ""))
        fields = await self._fields(gate, Verdict.ADMIT, headers, wire, as_json)
        if isinstance(fields, Served):
            return fields
        if route.by_turns:
            await self._turns.come()
        knowledge = self._knowledge  # only now: a new edition may have come with the body
        if knowledge is None:
            return self._not_set_up(as_json)
        assert route.post is not None
        asked = Asked(fields, as_json)
        answered = route.post(self._door_of(knowledge, datetime.now(UTC)), asked)
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

    async def _fields(
        self, gate: Gate, verdict: Verdict, headers: Headers, wire: Wire, as_json: bool
    ) -> dict[str, str] | Served:
        """The fields of a form, or the answer to a body that is none."""
        refusal = self._voice.refusal
        task = asyncio.current_task(self._loop)
        assert task is not None
        gate.begin(task, verdict, self._loop.time(), bodies.largest(headers))
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
            if gate.is_late(task):
                return refusal(408, wording.TOO_SLOW_HEADING, wording.TOO_SLOW, _CLOSE,
                               wants_json=as_json)  # fmt: skip
            if not self._hurried:
                raise
            return self._voice.not_stored(wording.BUSY, _BUSY_SECONDS, wants_json=as_json)
        finally:
            gate.end(task)

    async def _refuse(
        self, gate: Gate, verdict: Verdict, path: str, seconds: int, scope: Scope, wire: Wire
    ) -> Served:
        """503 with the text given back, where there is room to read it."""
        as_json = wants_json(scope.headers.get("accept", ""))
        words = wording.BUSY_LOOK_UPS if path == "/receipt" else wording.BUSY_SENDING
        wait = ("retry-after", str(seconds or _BUSY_SECONDS))
        if verdict is Verdict.TURN_AWAY:
            # A small body is there already, and the server throws it away: the line stays open.
            small = bodies.largest(scope.headers) <= SMALL_BYTES
            return self._voice.refusal(
                503, words.heading, words.unread, wait, *(() if small else (_CLOSE,)),
                wants_json=as_json,
            )  # fmt: skip
        fields = await self._fields(gate, verdict, scope.headers, wire, as_json)
        if isinstance(fields, Served):
            return fields
        sentence = words.network if seconds else words.everybody
        return self._voice.refusal(
            503, words.heading, sentence, wait, wants_json=as_json, draft=self._draft(fields)
        )

    def _draft(self, fields: Mapping[str, str]) -> Draft:
        """What came, to be given back as it is."""
        knowledge = self._knowledge
        story = knowledge.story(fields.get("story", "")) if knowledge else None
        draft = kept_draft(fields, story.language if story else "")
        return replace(draft, story=story.slug, question=story.question) if story else draft

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


def _log(fault: BaseException) -> None:
    """The kind of a fault and where it happened; never its words, which may hold a letter's."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "another thread"
    log.error("%s at %s", type(fault).__name__, where)


app = PublicDoor()
