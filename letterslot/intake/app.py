"""The public door: which request goes where, and what is said when something is wrong."""

from __future__ import annotations

import asyncio
import logging
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from letterslot.intake import bodies, forms, onion, wording
from letterslot.intake.admission import DEFAULT_BUDGET, Lane
from letterslot.intake.bodies import Body
from letterslot.intake.gate import Gate, Verdict
from letterslot.intake.handlers import Asked, Door, Handler, Store
from letterslot.intake.hosts import Hosts
from letterslot.intake.knowledge import Knowledge, NotKnown
from letterslot.intake.receive import Receiver
from letterslot.intake.request import Headers, Request
from letterslot.intake.routes import HEALTH, ROUTES, Route
from letterslot.intake.speaking import Voice, kept_draft, wants_json
from letterslot.intake.turns import Turns
from letterslot.letterbox.commits import CommitGroup
from letterslot.letterbox.spool import Spool
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
# What is said to bytes that are no request.
_UNREADABLE: Final = {
    400: (wording.NOT_READ, wording.UNREADABLE),
    405: (wording.WRONG_METHOD_HEADING, wording.WRONG_METHOD),
    408: (wording.TOO_SLOW_HEADING, wording.TOO_SLOW),
    431: (wording.TOO_LARGE_HEADING, wording.HEAD_TOO_LARGE),
}


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


def hosts_in_environment() -> tuple[str, ...]:
    """LETTERSLOT_DOOR_HOSTS, names with commas between them."""
    named = os.environ.get("LETTERSLOT_DOOR_HOSTS", "").split(",")
    return tuple(name.strip() for name in named if name.strip())


class _Asking(NamedTuple):
    """A request whose body is still to be read."""

    request: Request
    body: Body
    go_on: Callable[[], None]

    @property
    def as_json(self) -> bool:
        return wants_json(self.request.headers.get("accept", ""))


class PublicDoor:
    """Opened, it holds its data folder's files; begun, it answers on an event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opened = False
        self._hurried = False
        self.leaving = False  # every answer asks its client to come back on a new connection

    # Life

    def open(self) -> None:
        """Raises OSError, ValueError or sqlite3.Error where the data folder is not whole."""
        settings = self._settings
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

    def hurry(self) -> None:
        """Wait no longer for bodies that are still coming: the door is about to close."""
        self._hurried = True
        for gate in self._gates:
            gate.cancel_all()

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer on this loop, the running one, until `end`."""
        self._loop = loop
        self._receiver = Receiver(self._group, loop, self._in_hand)
        self._turns = Turns(loop)
        self._watching = loop.create_task(self._watch())

    def end(self) -> None:
        self._watching.cancel()
        self.close()

    def lane(self, *, over_tor: bool) -> Lane:
        """The way in that a listening socket belongs to."""
        return self._onion if over_tor else self._clearnet

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
                log_kind(fault)

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

    def answer_at_once(self, lane: Lane, request: Request) -> Served | None:
        """The answer; None where a body has to be waited for first: then `answer` gives it."""
        try:
            return self._answer(lane, request)
        except Exception as fault:
            return self._broken(request, fault)

    async def answer(
        self, lane: Lane, request: Request, body: Body, go_on: Callable[[], None]
    ) -> Served:
        """The answer to a request that `answer_at_once` had none for. `go_on` is called where a
        client waits to be told that it may send its body."""
        try:
            return await self._post(lane, _Asking(request, body, go_on))
        except Exception as fault:
            return self._broken(request, fault)

    def unreadable(self, status: int, accept: str) -> Served:
        """The answer to what is no request: 400, 405, 408 or 431."""
        heading, sentence = _UNREADABLE[status]
        more = (("allow", "GET, HEAD, POST"),) if status == 405 else ()
        return self._voice.refusal(status, heading, sentence, *more, wants_json=wants_json(accept))

    def _answer(self, lane: Lane, request: Request) -> Served | None:
        method, path, headers = request.method, request.path, request.headers
        wrong = lane.hosts.refuse(headers.get("host"), request.authority)
        if wrong is not None:
            return self._voice.refusal(
                wrong.status, wording.WRONG_HOST_HEADING, wrong.sentence,
                wants_json=wants_json(headers.get("accept", "")),
            )  # fmt: skip
        route = ROUTES.get(path)
        if route is not None:
            if route.post is not None and method == "POST":
                return None
            if route.get is not None and method in _READING:
                return self._get(route.get, request)
        elif path == HEALTH and method in _READING:
            return self._health(headers)
        coding = headers.get("accept-encoding", "")
        if lane is self._onion:
            coding = onion.coding(coding)
        served = self._reader.answer(method, path, coding, headers.get("if-none-match", ""))
        if served is None or served.status == 405:
            return self._nothing_here(method, path, route, served is not None, headers)
        return onion.printed(served, self._voice.url) if lane is self._onion else served

    def _get(self, handler: Handler, request: Request) -> Served:
        as_json = wants_json(request.headers.get("accept", ""))
        knowledge = self._knowledge
        if knowledge is None:
            return self._not_set_up(as_json)
        query = request.query
        # Ours are short: a slug and an id.
        pairs = parse_qsl(query, keep_blank_values=True) if len(query) <= _QUERY_BYTES else []
        answered = handler(self._door_of(knowledge, datetime.now(UTC)), Asked(dict(pairs), as_json))
        assert isinstance(answered, Served)
        return answered

    async def _post(self, lane: Lane, asking: _Asking) -> Served:
        path = asking.request.path
        seconds = lane.wait(path, asking.request.client, once=0)
        gate = lane.gates[path]
        verdict = gate.enter(self._loop.time(), asking.body.largest, refused=bool(seconds))
        try:
            if verdict is Verdict.ADMIT:
                return await self._handle(lane, ROUTES[path], asking)
            return await self._refuse(gate, verdict, seconds, asking)
        finally:
            gate.leave(verdict)

    async def _handle(self, lane: Lane, route: Route, asking: _Asking) -> Served:
        as_json, path = asking.as_json, asking.request.path
        fields = await self._fields(lane.gates[path], Verdict.ADMIT, asking)
        seconds = lane.wait(path, asking.request.client)
        if isinstance(fields, Served):
            return fields
        if seconds:
            return self._busy(asking, seconds, fields)
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
        log_kind(fault)
        return self._voice.not_stored(
            wording.DISK, _DISK_SECONDS, wants_json=asked.wants_json,
            draft=self._draft(asked.fields),
        )  # fmt: skip

    async def _fields(
        self, gate: Gate, verdict: Verdict, asking: _Asking
    ) -> dict[str, str] | Served:
        """The fields of a form, or the answer to a body that is none."""
        refusal, headers, as_json = self._voice.refusal, asking.request.headers, asking.as_json
        task = asyncio.current_task(self._loop)
        assert task is not None
        gate.begin(task, verdict, self._loop.time(), asking.body.largest)
        try:
            body = await asking.body.read(asking.go_on)
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

    async def _refuse(self, gate: Gate, verdict: Verdict, seconds: int, asking: _Asking) -> Served:
        """503 with the text given back, where there is room to read it."""
        if verdict is Verdict.TURN_AWAY:
            return self._busy(asking, seconds, None)
        fields = await self._fields(gate, verdict, asking)
        return fields if isinstance(fields, Served) else self._busy(asking, seconds, fields)

    def _busy(self, asking: _Asking, seconds: int, fields: Mapping[str, str] | None) -> Served:
        """503. `seconds` until its network may send again; 0: it is not the network's fault."""
        looks_up = asking.request.path == "/receipt"
        words = wording.BUSY_LOOK_UPS if looks_up else wording.BUSY_SENDING
        wait = ("retry-after", str(seconds or _BUSY_SECONDS))
        sentence = words.network if seconds else words.everybody
        if fields is None:
            return self._voice.refusal(
                503, words.heading, words.unread, wait, wants_json=asking.as_json
            )
        return self._voice.refusal(
            503, words.heading, sentence, wait, wants_json=asking.as_json,
            draft=self._draft(fields),
        )  # fmt: skip

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

    def _broken(self, request: Request, fault: Exception) -> Served:
        log_kind(fault)
        return self._voice.refusal(
            500, wording.BROKEN_HEADING, wording.BROKEN,
            wants_json=wants_json(request.headers.get("accept", "")),
        )  # fmt: skip


def log_kind(fault: BaseException) -> None:
    """The kind of a fault and where it happened; never its words, which may hold a letter's."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "another thread"
    log.error("%s at %s", type(fault).__name__, where)
