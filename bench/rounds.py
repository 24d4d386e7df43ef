"""The rounds: every measure in turn, ours beside the peer's, servers started anew."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import costs, letters, load
from bench.door import Publication
from bench.figures import Comparison
from bench.peers import commits, django_view, isso, nginx
from bench.sealed_letters import SUBMISSION_STORY, SealedLetters, plain_body
from bench.servers import Memory, Server
from bench.thread import PAGE, STORY, print_thread

WARM_UP_SECONDS = 1
COMMIT_SECONDS = 2.0
FEW_ANSWERS_SECONDS = 10  # at least, where a server answers a handful of times a second
SETTLE_SECONDS = 10  # opening the key file takes 256 MB for a second; that is not what stays
# Prepared letters for each second of load: more than any door has taken here.
OURS_A_SECOND, DJANGO_A_SECOND, ISSO_A_SECOND = 8000, 1500, 1000
GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Plan:
    """How long and how often, and where files may be put."""

    rounds: int
    seconds: int
    folder: Path


@dataclass(frozen=True)
class Bodies:
    """Files of prepared bodies; each body is sent once to a server."""

    warm_up: Path
    run: Path
    content_type: str
    address: str = "/comment"
    status: int = 201  # of a comment that was taken in
    may_refuse: float = 0.0  # share of the answers


class Rounds:
    """Prepares once, then measures round by round."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.say = say
        self.memory: dict[str, Memory] = {}
        self.steps: dict[str, dict[str, float]] = {}  # language -> step -> microseconds
        self.sent = {
            "en": Comparison("sealed durable submissions, English", "a plain Django view"),
            "ko": Comparison("sealed durable submissions, Korean", "a plain Django view"),
        }
        self.commits = Comparison("the same, English", "single-row commits of the same SQLite")
        self.isso_sent = Comparison("sealed durable submissions, English", "Isso")
        self.page = Comparison("page of 200 comments, gzip", "nginx, gzip_static, same files")
        self.unchanged = Comparison("304 of that page", "nginx")
        self.django_page = Comparison("page of 200 comments", "a plain Django view")
        self.isso_page = Comparison(
            "page of 200 comments", f"Isso's thread, {isso.READING_CONNECTIONS} connections"
        )

    @property
    def comparisons(self) -> list[Comparison]:
        sending = [*self.sent.values(), self.commits, self.isso_sent]
        return [*sending, self.page, self.unchanged, self.django_page, self.isso_page]

    def run(self) -> None:
        self._prepare()
        for number in range(self.plan.rounds):
            self.say(f"round {number + 1} of {self.plan.rounds}")
            self._measure_sending()
            self._measure_reading()
        self._weigh()
        self.steps = {language: costs.steps(self.blank, language) for language in self.sent}

    def _prepare(self) -> None:
        folder = self.plan.folder
        self.say("printing the page of 200 comments")
        self.readable = Publication.found(folder / "readable", story=STORY)
        print_thread(self.readable)
        self.say("preparing letters")
        self.blank = Publication.found(folder / "blank", story=SUBMISSION_STORY)
        self.ours = {
            language: Bodies(
                *self._bodies(
                    f"ours-{language}", SealedLetters(self.blank, language).body, OURS_A_SECOND
                ),
                letters.MULTIPART,
            )
            for language in self.sent
        }
        self.theirs = {
            language: Bodies(
                *self._bodies(f"django-{language}", plain_body(language), DJANGO_A_SECOND),
                letters.URLENCODED,
            )
            for language in self.sent
        }
        if isso.is_installed():
            self._prepare_isso()

    def _prepare_isso(self) -> None:
        self.say("sending Isso its thread of 200 comments")
        self.isso = isso.prepare(self.plan.folder / "isso")
        bodies = self._bodies("isso-en", partial(isso.body, "en"), ISSO_A_SECOND)
        self.to_isso = Bodies(*bodies, isso.JSON, isso.SEND_ADDRESS, isso.HELD, isso.MAY_REFUSE)

    def _bodies(self, name: str, body: Callable[[int], bytes], a_second: int) -> tuple[Path, Path]:
        """Numbered bodies in two files, for the warm-up and the run: as many as the fastest
        server could ask for."""
        first, last = a_second * WARM_UP_SECONDS, a_second * (WARM_UP_SECONDS + self.plan.seconds)
        return (
            letters.write_bodies(map(body, range(first)), self.plan.folder / f"{name}-warm-up"),
            letters.write_bodies(map(body, range(first, last)), self.plan.folder / name),
        )

    def _measure_sending(self) -> None:
        rate = commits.commits_a_second(
            self.plan.folder / "commits.sqlite3", seconds=COMMIT_SECONDS
        )
        self.commits.add_theirs(rate)
        for language, comparison in self.sent.items():
            if django_view.is_installed():
                theirs = self._send_to_django(language)
                comparison.add_theirs(theirs.rate, theirs.p99)
            ours = self._send_to_us(language)
            comparison.add_ours(ours.rate, ours.p99)
            if language == "en":
                self.commits.add_ours(ours.rate, ours.p99)
                self.isso_sent.add_ours(ours.rate, ours.p99)
        if isso.is_installed():
            self._measure_isso()

    def _send_to_us(self, language: str) -> load.Load:
        publication = self.blank.copy(self.plan.folder / "sent-to")
        with publication.door() as door:
            seen, created = self._send(door, self.ours[language])
            self.memory["our door, after sending"] = door.memory()
        _check_stored(publication.rows_stored(), created)
        return seen

    def _send_to_django(self, language: str) -> load.Load:
        database = django_view.prepare(self.plan.folder / "django.sqlite3")
        with django_view.serving(database, self.plan.folder / "django.log") as server:
            seen, created = self._send(server, self.theirs[language])
            self.memory["the plain Django view, after sending"] = server.memory()
            if language == "en":
                read = load.get(
                    f"{_url(server)}/stories/page/", seconds=self.plan.seconds, headers=GZIP
                )
                self.django_page.add_theirs(read.rate, read.p99)
        _check_stored(django_view.rows_stored(database), created)
        return seen

    def _measure_isso(self) -> None:
        """Sending and reading, each from a new server: what waits of the one slows the other."""
        database = isso.copy(self.isso, self.plan.folder / "isso-in-use")
        with isso.serving(database) as server:
            seen, created = self._send(server, self.to_isso)
            self.memory["Isso, after sending"] = server.memory()
        _check_stored(isso.rows_stored(database), created)
        self.isso_sent.add_theirs(seen.rate, seen.p99)
        with isso.serving(self.isso) as server:
            read = load.get(
                _url(server) + isso.READ_ADDRESS,
                seconds=max(self.plan.seconds, FEW_ANSWERS_SECONDS),
                headers=GZIP,
                connections=isso.READING_CONNECTIONS,
            )
            self.memory["Isso, after reading"] = server.memory()
        self.isso_page.add_theirs(read.rate, read.p99)

    def _send(self, server: Server, bodies: Bodies) -> tuple[load.Load, int]:
        """A warm-up and a run; the run, and how many comments were acknowledged in both."""

        def post(file: Path, seconds: int) -> load.Load:
            return load.post(
                _url(server) + bodies.address, file,
                content_type=bodies.content_type, seconds=seconds, status=bodies.status,
                may_refuse=bodies.may_refuse,
            )  # fmt: skip

        warm_up, run = post(bodies.warm_up, WARM_UP_SECONDS), post(bodies.run, self.plan.seconds)
        return run, warm_up.created + run.created

    def _measure_reading(self) -> None:
        with self.readable.door() as door:
            ours, our_304, our_body = self._read(door)
            self.memory["our door, after reading"] = door.memory()
        self.page.add_ours(ours.rate, ours.p99)
        self.django_page.add_ours(ours.rate, ours.p99)
        self.isso_page.add_ours(ours.rate, ours.p99)
        self.unchanged.add_ours(our_304.rate, our_304.p99)
        if nginx.executable() is None:
            return
        with nginx.serving(self.readable.shelf, self.plan.folder / "nginx") as server:
            theirs, their_304, their_body = self._read(server)
            self.memory["nginx, after reading"] = server.memory()
        if our_body != their_body:
            raise load.LoadError("The door and nginx do not hand out the same bytes.")
        self.page.add_theirs(theirs.rate, theirs.p99)
        self.unchanged.add_theirs(their_304.rate, their_304.p99)

    def _read(self, server: Server) -> tuple[load.Load, load.Load, bytes]:
        """The page and its 304 under load, and the bytes of one answer."""
        once, headers, body = _get(server, GZIP)
        known = {**GZIP, "If-None-Match": headers["ETag"]}
        again, _, _ = _get(server, known)
        if (once, headers["Content-Encoding"], again) != (200, "gzip", 304):
            raise load.LoadError(f"The page is answered {once} and {again}, not 200 and 304.")
        url, seconds = _url(server) + PAGE, self.plan.seconds
        load.get(url, seconds=WARM_UP_SECONDS, headers=GZIP)
        page = load.get(url, seconds=seconds, headers=GZIP)
        unchanged = load.get(url, seconds=seconds, headers=known)
        if page.bytes_each < len(body) or unchanged.bytes_each > 2000:
            raise load.LoadError("Under load the page was not answered as it is alone.")
        return page, unchanged, body

    def _weigh(self) -> None:
        """Everything that one small server runs: door, desk and worker, some readers served."""
        with self.readable.whole() as server:
            load.get(_url(server) + PAGE, seconds=WARM_UP_SECONDS, headers=GZIP)
            time.sleep(SETTLE_SECONDS)
            self.memory["door, desk and worker together"] = server.memory()


def _url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


def _get(server: Server, headers: Mapping[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", PAGE, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def _check_stored(rows: int, created: int) -> None:
    """Every comment acknowledged has its row; what was on its way when a load ended may, too."""
    if not created <= rows <= created + 2 * load.CONNECTIONS:
        raise load.LoadError(f"{created} comments were acknowledged and {rows} stored.")
