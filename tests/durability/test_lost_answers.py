"""A reader whose answer got lost sends the same form again: one comment, the same receipt."""

from __future__ import annotations

import json
import random
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from at_work.correspondence import Correspondence
from at_work.newsroom import Newsroom
from at_work.readers import NoAnswerError, post_json
from at_work.ready_door import ReadyDoor

CUTS = 500
WAYS = ("at once", "nothing", "a piece", "all but one byte")


class CuttingProxy(socketserver.ThreadingTCPServer):
    """Carries each request to the door whole, and its answer back in part or not at all."""

    daemon_threads = True

    def __init__(self, door: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Carrier)
        self.door = door
        self.way = WAYS[0]
        self.answers: list[bytes] = []  # what the door answered, where it was heard out

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Carrier(socketserver.StreamRequestHandler):
    server: CuttingProxy

    def handle(self) -> None:
        request = self._request()
        with socket.create_connection(self.server.door) as door:
            door.sendall(request)
            if self.server.way == "at once":
                return
            answer = door.makefile("rb").read()
        self.server.answers.append(answer)
        self.wfile.write(answer[: self._part(len(answer))])

    def _request(self) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.rfile.readline()
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:-2])
        return head + self.rfile.read(int(fields[b"content-length"]))

    def _part(self, whole: int) -> int:
        parts = {"nothing": 0, "a piece": random.randrange(1, whole - 1)}
        return parts.get(self.server.way, whole - 1)


@contextmanager
def cutting(newsroom: Newsroom) -> Iterator[CuttingProxy]:
    with CuttingProxy(("127.0.0.1", newsroom.port)) as proxy:
        serving = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            serving.join()


@pytest.mark.journey
def test_five_hundred_lost_answers_are_five_hundred_comments(
    newsroom: Newsroom, make_door: Callable[[], ReadyDoor], letters: Correspondence
) -> None:
    door = make_door()
    door.open()
    with cutting(newsroom) as proxy:
        for cut in range(CUTS):
            proxy.way = WAYS[cut % len(WAYS)]
            number = letters.look()
            # A head that is cut off reads like a short one: there may be an answer, without words.
            with pytest.raises((NoAnswerError, ValueError)):
                post_json(f"{proxy.url}/comment", letters.forms[number]).json()
            letters.store(number)
            if proxy.way != "at once":
                assert _receipt_in(proxy.answers[-1]) == letters.receipts[number]
    assert len(proxy.answers) == CUTS * 3 // 4
    door.kill()
    door.open()
    letters.send_again(range(0, CUTS, 10))
    door.kill()
    assert newsroom.command("collect")["collected"] == CUTS
    assert len(letters.receipts) == len(set(letters.receipts.values())) == CUTS
    letters.check(newsroom.command("queue"))


def _receipt_in(answer: bytes) -> str:
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["receipt"])
