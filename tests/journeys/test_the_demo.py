"""The demo as a stranger meets it: it starts, says where, stops cleanly, and goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from at_work.demo import Demo, start, start_until_it_greets, stop
from at_work.ports import free_ports
from at_work.processes import (
    as_one_among_equals,
    family,
    is_a_tracker,
    open_to_equals,
    resident,
)

pytestmark = pytest.mark.journey


def test_its_processes_together_stay_under_300_megabytes(demo: Demo) -> None:
    total = sum(resident(pid) for pid in family(demo.process.pid))
    assert total < 300 * 1024 * 1024


def test_none_of_its_processes_leaves_a_core_dump_or_is_open_to_others_of_its_user(
    demo: Demo,
) -> None:
    processes = [pid for pid in family(demo.process.pid) if not is_a_tracker(pid)]
    assert len(processes) >= 3  # who keeps the door, a shift, and the desk
    for pid in processes:
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        assert [line.split()[4:6] for line in limits if "core file" in line] == [["0", "0"]]
    assert open_to_equals(processes) == set()


def test_a_process_that_is_open_to_others_would_have_been_seen() -> None:
    usual = subprocess.Popen(["sleep", "60"], preexec_fn=as_one_among_equals)
    try:
        assert open_to_equals([usual.pid]) == {usual.pid}
    finally:
        usual.kill()
        usual.wait()


def test_it_greets_when_its_desk_listens_stops_cleanly_and_goes_on_with_the_same_data(
    tmp_path: Path,
) -> None:
    ports = free_ports(4)
    first = start_until_it_greets(tmp_path / "data", ports[0], ports[1], tmp_path / "log")
    assert first.desk_answers()
    sign_in = first.sign_in
    assert stop(first) == 0
    second = start(tmp_path / "data", ports[2], ports[3], tmp_path / "log")
    assert second.sign_in == sign_in
    assert (
        f"http://localhost:{ports[2]}/comment/preview"
        in (tmp_path / "data/shelf/stories/old-bridge/index.html").read_text()
    )
    assert stop(second) == 0
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said
    for told in (f"http://localhost:{ports[0]}/", sign_in[0], sign_in[1], sign_in[2]):
        assert told in said


def test_an_appeal_and_a_report_wait_at_its_desk(demo: Demo) -> None:
    (appealed,) = json.loads(demo.command("queue", "--state", "appealed"))
    assert (appealed["story"], appealed["state"], appealed["by"]) == (
        "old-bridge", "declined", "Bram",
    )  # fmt: skip
    (reported,) = json.loads(demo.command("queue", "--state", "reported"))
    assert (reported["story"], reported["state"], reported["count"]) == (
        "old-bridge", "published", 1,
    )  # fmt: skip


def test_a_second_server_on_the_same_data_is_refused(demo: Demo) -> None:
    ports = free_ports(2)
    refused = subprocess.run(
        [sys.executable, "-m", "letterslot", "serve", "--data", str(demo.data), "--doors", "public",
         "--port", str(ports[0])],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
