"""The thread of notices: each fixed hour once, through restarts, failing receivers and clocks that
jump, and whatever readers do."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from at_work.sinks import hook, mail_sink

from letterslot.newsroom import publication, receivers, sent_notices
from letterslot.project import deployment, deskserver, notifying
from letterslot.project.datafolder import DataFolder
from letterslot.project.notifying import Notifying

EIGHT = datetime(2026, 11, 24, 8, 7, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sinks():
    with mail_sink() as mails, hook() as calls:
        yield SimpleNamespace(mails=mails, calls=calls)


@pytest.fixture
def clock(monkeypatch):
    """The machine's own clock, which the test moves."""
    shown = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(notifying, "time", SimpleNamespace(monotonic=lambda: shown.now))
    return shown


@pytest.fixture
def data(tmp_path, sinks):
    """A data folder whose notices go to the sinks, and that has had notices before."""
    text = publication.template(
        name="The Quay", url="https://quay.example", languages=("en",), policy="prompt"
    )
    table = (
        '\n[notices]\nhours = ["08:00", "16:00"]\nmail_to = ["desk@x.example"]\n'
        f'mail_from = "slot@x.example"\nsmtp = "smtp://127.0.0.1:{sinks.mails.port}"\n'
        f'webhook = "{sinks.calls.url}"\n'
    )
    (tmp_path / "publication.toml").write_text(text + table)
    receivers.secret(tmp_path)
    sent_notices.write(tmp_path, {"2026-11-23T16:00": {"mail": "sent", "webhook": "sent"}})
    return tmp_path


def received(sinks):
    return len(sinks.mails.mails), len(sinks.calls.calls)


def faults(data, now):
    return sent_notices.fault(data, publication.load(data), now)


def test_each_hour_has_one_notice_however_often_the_clock_is_looked_at(data, sinks) -> None:
    hand = Notifying(data)
    for minute in range(-60, 24 * 60):
        hand.look(EIGHT + minute * MINUTE)
    assert received(sinks) == (2, 2)
    ids = [headers["webhook-id"] for _, headers, _ in sinks.calls.calls]
    assert ids == ["look-2026-11-24T08:00", "look-2026-11-24T16:00"]


def test_restarts_within_the_hour_send_nothing_twice(data, sinks) -> None:
    for minute in range(60):
        Notifying(data).look(EIGHT + minute * MINUTE)
    assert received(sinks) == (1, 1)


def test_the_first_start_ever_does_not_catch_up(data, sinks) -> None:
    (data / "notices" / "sent.json").unlink()
    hand = Notifying(data)
    hand.look(EIGHT + 20 * MINUTE)
    assert received(sinks) == (0, 0)
    hand.look(EIGHT + timedelta(hours=8))
    assert received(sinks) == (1, 1)


def test_a_failing_receiver_is_tried_again_and_the_other_is_not_told_twice(
    data, sinks, clock
) -> None:
    sinks.calls.status = 503
    hand = Notifying(data)
    hand.look(EIGHT)
    hand.look(EIGHT + MINUTE)
    assert received(sinks) == (1, 1)  # not yet time for another try
    clock.now += notifying.TRY_EVERY
    hand.look(EIGHT + 5 * MINUTE)
    assert received(sinks) == (1, 2)
    sinks.calls.status = 200
    clock.now += notifying.TRY_EVERY
    hand.look(EIGHT + 10 * MINUTE)
    hand.look(EIGHT + 15 * MINUTE)
    assert received(sinks) == (1, 3)
    assert len({headers["webhook-id"] for _, headers, _ in sinks.calls.calls}) == 1
    assert len({body for _, _, body in sinks.calls.calls}) == 1
    assert faults(data, EIGHT + timedelta(hours=2)) is None


def test_what_failed_for_an_hour_is_given_up_and_told(data, sinks, clock, capsys) -> None:
    sinks.calls.status = 404
    hand = Notifying(data)
    for minute in range(0, 90, 5):
        hand.look(EIGHT + minute * MINUTE)
        clock.now += notifying.TRY_EVERY
    assert received(sinks) == (1, 12)
    assert capsys.readouterr().err == (
        "letterslot: The notice of 2026-11-24T08:00 was not sent (webhook: It answered 404.)\n"
    )
    assert faults(data, EIGHT + 59 * MINUTE) is None  # still tried
    assert faults(data, EIGHT + 60 * MINUTE) == (
        "The notice of 2026-11-24T08:00 did not arrive everywhere (webhook: It answered 404.) "
        "`letterslot notices send` tries it now."
    )


def test_an_hour_in_which_nobody_served_is_told(data, sinks) -> None:
    Notifying(data).look(EIGHT + timedelta(hours=12))
    assert received(sinks) == (0, 0)
    told = faults(data, EIGHT + timedelta(hours=12))
    assert told is not None
    assert told.startswith("The notice of 2026-11-24T16:00 did not go out: the worker did not run")


def test_clocks_that_jump_repeat_no_hour_and_silence_none(data, sinks) -> None:
    hand = Notifying(data)
    hand.look(EIGHT)
    for jump in (-30 * MINUTE, timedelta(0), -timedelta(days=1), 3 * MINUTE):
        hand.look(EIGHT + jump)
    assert received(sinks) == (2, 2)  # and that of the day before, when the clock said so
    hand.look(EIGHT + timedelta(days=400))  # a clock that was a year ahead
    hand.look(EIGHT + timedelta(hours=8))  # and was put right
    hand.look(EIGHT + timedelta(days=400))
    assert received(sinks) == (4, 4)
    assert len({headers["webhook-id"] for _, headers, _ in sinks.calls.calls}) == 4


def test_what_cannot_be_recorded_is_not_sent(data, sinks, monkeypatch) -> None:
    def full(_data, _hours):
        raise OSError(28, "No space left on device")

    hand = Notifying(data)
    monkeypatch.setattr(sent_notices, "write", full)
    for minute in range(3):
        with pytest.raises(OSError, match="No space left"):
            hand.look(EIGHT + minute * MINUTE)
    assert received(sinks) == (0, 0)


def test_what_was_sent_on_a_disk_that_then_filled_is_not_sent_again(
    data, sinks, monkeypatch
) -> None:
    write, written = sent_notices.write, []

    def fills(data, hours):
        written.append(hours)
        if len(written) > 1:
            raise OSError(28, "No space left on device")
        write(data, hours)

    hand = Notifying(data)
    monkeypatch.setattr(sent_notices, "write", fills)
    with pytest.raises(OSError, match="No space left"):
        hand.look(EIGHT)
    assert received(sinks) == (1, 0)
    monkeypatch.setattr(sent_notices, "write", write)
    hand.tried -= notifying.TRY_EVERY
    hand.look(EIGHT + MINUTE)
    assert received(sinks) == (1, 1)


def test_a_newsroom_without_notices_has_no_folder_for_them(tmp_path) -> None:
    text = publication.template(
        name="The Quay", url="https://quay.example", languages=("en",), policy="prompt"
    )
    (tmp_path / "publication.toml").write_text(text)
    Notifying(tmp_path).look(EIGHT)
    assert not (tmp_path / "notices").exists()


def test_a_change_of_the_hours_counts_at_once(data, sinks) -> None:
    hand = Notifying(data)
    hand.look(EIGHT + timedelta(hours=2))
    file = data / "publication.toml"
    file.write_text(file.read_text().replace('"08:00", ', '"10:00", '))
    hand.look(EIGHT + timedelta(hours=2, minutes=1))
    assert received(sinks) == (1, 1)


def test_the_thread_sends_by_itself_and_stops_when_told(data, sinks, monkeypatch) -> None:
    monkeypatch.setattr(notifying, "LOOK_EVERY", 0.001)
    monkeypatch.setattr(notifying, "datetime", SimpleNamespace(now=lambda _zone: EIGHT))
    hand = Notifying(data)
    hand.start()
    while received(sinks) != (1, 1):
        assert hand.is_alive()
    hand.stop()
    assert not hand.is_alive()
    recorded = json.loads((data / "notices" / "sent.json").read_text())
    assert recorded["2026-11-24T08:00"] == {"mail": "sent", "webhook": "sent"}


def test_check_tells_what_notices_lack(data) -> None:
    look, folder = deployment._notices, DataFolder(data)
    assert list(look(folder, EIGHT)) == []
    secret = data / "notices" / "webhook.secret"
    secret.chmod(0o644)
    assert list(look(folder, EIGHT)) == [
        f"Others on this machine may read {secret}: run `chmod 600 {secret}`."
    ]
    secret.unlink()
    assert list(look(folder, EIGHT + timedelta(hours=2))) == [
        "The webhook has no signing secret: run `letterslot notices secret`.",
        "The notice of 2026-11-24T08:00 did not go out: the worker did not run then. Let "
        "`letterslot serve` run, or take its hour out of `[notices]`.",
    ]


def test_only_the_workers_process_sends_notices(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda _self: None)
    with_worker = deskserver._start_hands(tmp_path, worker=True)
    without = deskserver._start_hands(tmp_path, worker=False)
    assert [type(hand) for hand in with_worker].count(Notifying) == 1
    assert [type(hand) for hand in without].count(Notifying) == 0


def test_the_public_door_has_nothing_to_send_with() -> None:
    asked = (
        "import sys, letterslot.project.doors, letterslot.intake.app, letterslot.intake.server\n"
        "print([one for one in ('smtplib', 'letterslot.newsroom') if one in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert told.stdout == "[]\n"


def test_a_notice_is_tried_by_command(newsroom, sinks) -> None:
    assert newsroom.command("notices", "send", status=1) == {
        "error": "Nobody is told: name `mail_to` or `webhook` under `[notices]`."
    }
    file = newsroom.data / "publication.toml"
    file.write_text(file.read_text() + f'\n[notices]\nwebhook = "{sinks.calls.url}"\n')
    refused = newsroom.command("notices", "send", status=1)
    assert "letterslot notices secret" in refused["webhook"]
    told = newsroom.command("notices", "secret")
    assert told == newsroom.command("notices", "secret")
    assert newsroom.command("notices", "send") == {"webhook": "sent"}
    assert len(sinks.calls.calls) == 1
