"""Load by wrk: 64 keep-alive connections, or as many as told, from one thread on its own core."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.servers import LOAD_CORE

CONNECTIONS = 64
SCRIPT = Path(__file__).with_name("load.lua")


class LoadError(RuntimeError):
    """The load did not run as it must: refused requests, broken connections, too few bodies."""


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw. Latencies in milliseconds."""

    rate: float  # answers a second
    p50: float
    p99: float
    answers: int
    created: int  # answers saying that a comment was taken in
    bytes_each: float  # on the wire, headers included


def get(
    url: str, *, seconds: int, headers: Mapping[str, str], connections: int = CONNECTIONS
) -> Load:
    """Reads one address over and over."""
    given = [argument for name, value in headers.items() for argument in ("-H", f"{name}: {value}")]
    return _run([*given, url], seconds=seconds, connections=connections)


def post(
    url: str, bodies: Path, *, content_type: str, seconds: int, status: int = 201,
    may_refuse: float = 0.0,
) -> Load:  # fmt: skip
    """Sends each prepared body once. Raises LoadError unless every answer had this status, but for
    the share that `may_refuse`: a peer whose database is locked now and then."""
    load = _run(
        [url, "--", str(bodies), content_type, str(status)], seconds=seconds, may_refuse=may_refuse
    )
    others = load.answers - load.created
    if others > may_refuse * load.answers:
        raise LoadError(f"{others} of {load.answers} were not answered {status}.")
    return load


def _run(
    arguments: list[str], *, seconds: int, connections: int = CONNECTIONS, may_refuse: float = 0.0
) -> Load:
    wrk = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(SCRIPT)]
    ran = subprocess.run(
        ["taskset", "-c", LOAD_CORE, *wrk, *arguments], capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        raise LoadError(f"wrk failed: {ran.stderr.strip()}")
    seen = json.loads(ran.stdout.splitlines()[-1])
    if seen["ran_out"]:
        raise LoadError("The prepared bodies ran out before the time did; prepare more a second.")
    if seen["requests"] == 0:
        raise LoadError("No answer came in time; is other work keeping disk or processors busy?")
    if seen["faults"] or seen["refused"] > may_refuse * seen["requests"]:
        raise LoadError(f"{seen['refused']} answers refused, {seen['faults']} connections broken.")
    return Load(
        rate=seen["requests"] / (seen["microseconds"] / 1e6),
        p50=seen["p50"] / 1000,
        p99=seen["p99"] / 1000,
        answers=seen["requests"],
        created=seen["created"],
        bytes_each=seen["bytes"] / max(1, seen["requests"]),
    )
