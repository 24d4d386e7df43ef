"""What a notice is, byte for byte, and how each receiver is spoken to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from at_work.sinks import certificate, hook, mail_sink

from letterslot.newsroom import publication, receivers
from letterslot.newsroom.notices import Notices
from letterslot.newsroom.receivers import SENT, Notice

NOW = datetime(2026, 11, 24, 8, 9, 1, tzinfo=UTC)
MORNING = Notice("look-2026-11-24T08:00", datetime(2026, 11, 24, 8, 7, 30, tzinfo=UTC))
EVENING = Notice("look-2026-11-25T20:00", datetime(2026, 11, 25, 20, 7, 30, tzinfo=UTC))


@pytest.fixture
def paper():
    text = publication.template(
        name="The Quay", url="https://quay.example", languages=("en", "ko"), policy="guarded"
    )
    made = Notices(mail_to=("a@x.example", "b@x.example"), mail_from="slot@quay.example")
    return replace(publication.from_text(text), notices=made)


def with_ways(paper, **ways):
    return replace(paper, notices=replace(paper.notices, **ways))


def test_two_mails_differ_in_date_and_number_and_in_nothing_else(paper) -> None:
    first, second = (receivers.message(one, paper) for one in (MORNING, EVENING))
    assert len(first) == len(second)
    different = [
        one.split(b":")[0]
        for one, other in zip(first.splitlines(), second.splitlines(), strict=True)
        if one != other
    ]
    assert different == [b"Date", b"Message-ID"]
    mail = message_from_bytes(first, policy=policy.default)
    assert mail["Message-ID"] == "<look-2026-11-24T0800@quay.example>"
    assert mail["Date"] == "Tue, 24 Nov 2026 08:07:30 +0000"
    assert "at each fixed hour, whether anything waits or not" in mail.get_content()
    assert b"a@x.example" not in first


def test_two_calls_differ_in_date_number_and_signature_and_in_nothing_else() -> None:
    first, second = (receivers.body(one) for one in (MORNING, EVENING))
    assert first == b'{"type":"desk.look","timestamp":"2026-11-24T08:07:30Z","data":{}}'
    assert second == first.replace(b"2026-11-24T08", b"2026-11-25T20")
    lengths = {
        len(str(receivers.signed_headers(one, receivers.body(one), b"key", NOW)))
        for one in (MORNING, EVENING)
    }
    assert len(lengths) == 1


def test_a_mail_goes_to_everybody_in_one_sending_without_the_name_of_this_machine(
    paper, tmp_path
) -> None:
    with mail_sink() as sink:
        there = with_ways(paper, smtp=f"smtp://127.0.0.1:{sink.port}")
        told = receivers.send("mail", MORNING, data=tmp_path, publication=there, now=NOW)
    assert told == SENT
    assert sink.helo == ["quay.example"]
    assert sink.mails == [
        (
            "slot@quay.example",
            ["a@x.example", "b@x.example"],
            receivers.message(MORNING, there),
        )
    ]


@pytest.mark.parametrize(
    ("greeting", "refused", "sentence"),
    [
        ("554 no", (), "It answered 554."),
        ("220 sink", ("a@x.example",), "It took the mail, and refused 1 of 2 addresses."),
        ("220 sink", ("a@x.example", "b@x.example"), "It refused every address."),
    ],
)
def test_what_an_smtp_server_refuses_is_a_sentence_without_addresses(
    paper, tmp_path, greeting, refused, sentence
) -> None:
    with mail_sink() as sink:
        sink.greeting, sink.refused = greeting, frozenset(refused)
        there = with_ways(paper, smtp=f"smtp://127.0.0.1:{sink.port}")
        told = receivers.send("mail", MORNING, data=tmp_path, publication=there, now=NOW)
    assert told == sentence


def test_a_user_of_an_smtp_server_needs_a_password_in_its_own_file(paper, tmp_path) -> None:
    with mail_sink() as sink:
        there = with_ways(paper, smtp=f"smtp://slot@127.0.0.1:{sink.port}")
        told = receivers.send("mail", MORNING, data=tmp_path, publication=there, now=NOW)
    assert told == "There is no password for it in notices/smtp.password."
    assert sink.mails == []


def test_a_webhook_is_signed_as_standard_webhooks_say(paper, tmp_path) -> None:
    secret = receivers.secret(tmp_path)
    with hook() as receiver:
        there = with_ways(paper, webhook=receiver.url)
        told = receivers.send("webhook", MORNING, data=tmp_path, publication=there, now=NOW)
    assert told == SENT
    [(path, headers, body)] = receiver.calls
    assert path == "/desk?room=1"
    assert headers["webhook-id"] == "look-2026-11-24T08:00"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    signed = f"look-2026-11-24T08:00.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert "User-Agent" not in headers


def test_the_signing_secret_is_made_once_and_read_by_its_owner_alone(tmp_path) -> None:
    made = receivers.secret(tmp_path)
    assert receivers.secret(tmp_path) == made
    path = tmp_path / "notices" / "webhook.secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_is_called_without_a_signing_secret(paper, tmp_path) -> None:
    with hook() as receiver:
        there = with_ways(paper, webhook=receiver.url)
        told = receivers.send("webhook", MORNING, data=tmp_path, publication=there, now=NOW)
    assert "run `letterslot notices secret`" in told
    assert receiver.calls == []


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_a_redirect_or_a_refusal_is_told_and_not_followed(paper, tmp_path, status) -> None:
    receivers.secret(tmp_path)
    with hook() as receiver:
        receiver.status = status
        there = with_ways(paper, webhook=receiver.url)
        told = receivers.send("webhook", MORNING, data=tmp_path, publication=there, now=NOW)
    assert told == f"It answered {status}."
    assert len(receiver.calls) == 1


def test_a_receiver_that_does_not_answer_is_left_to_itself(paper, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(receivers, "LIMIT", 0.2)
    receivers.secret(tmp_path)
    with hook() as receiver:
        receiver.gate = threading.Event()
        there = with_ways(paper, webhook=receiver.url)
        told = receivers.send("webhook", MORNING, data=tmp_path, publication=there, now=NOW)
        receiver.gate.set()
    assert told == "It did not answer within 0.2 seconds."


def test_a_receiver_that_is_not_there_is_told(paper, tmp_path) -> None:
    receivers.secret(tmp_path)
    with hook() as receiver:
        gone = with_ways(paper, webhook=receiver.url)
    told = receivers.send("webhook", MORNING, data=tmp_path, publication=gone, now=NOW)
    assert told == "It cannot be reached (Connection refused)."


@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.parametrize("way", ["mail", "webhook"])
def test_under_tls_only_a_certificate_that_holds_is_spoken_to(
    paper, tmp_path, monkeypatch, way, is_trusted
) -> None:
    receivers.secret(tmp_path)
    tls, trusted = certificate(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_sink(tls) as mails, hook(tls) as calls:
        there = with_ways(
            paper,
            smtp=f"smtps://127.0.0.1:{mails.port}",
            webhook=calls.url.replace("http:", "https:"),
        )
        told = receivers.send(way, MORNING, data=tmp_path, publication=there, now=NOW)
    assert told == (SENT if is_trusted else "Its certificate does not hold.")
    assert len(mails.mails) + len(calls.calls) == is_trusted


def test_no_mail_leaves_this_machine_in_clear(paper, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(receivers, "LOOPBACK", ())
    with mail_sink() as sink:
        there = with_ways(paper, smtp=f"smtp://127.0.0.1:{sink.port}")
        told = receivers.send("mail", MORNING, data=tmp_path, publication=there, now=NOW)
    assert (told, sink.mails) == ("It offers no TLS, or no sign-in.", [])


def test_no_proxy_of_the_environment_is_asked(paper, tmp_path, monkeypatch) -> None:
    receivers.secret(tmp_path)
    with hook() as receiver, hook() as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        there = with_ways(paper, webhook=receiver.url)
        told = receivers.send("webhook", MORNING, data=tmp_path, publication=there, now=NOW)
    assert (told, len(receiver.calls), proxy.calls) == (SENT, 1, [])
