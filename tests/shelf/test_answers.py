"""Sealed answers: packed by edition, found by their id, the newest first."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from letterslot.shelf import files
from letterslot.shelf.answers import AnswerIndex, editions_with_answers, write_answers
from letterslot.shelf.layout import answers
from letterslot.shelf.serve import ShelfReader

Answers = list[tuple[bytes, bytes]]


def made(edition: int, numbers: range) -> Answers:
    return [
        (hashlib.md5(b"%d" % n).digest(), hashlib.sha256(b"%d %d" % (edition, n)).digest() * 32)
        for n in numbers
    ]


@pytest.fixture
def print_answers(print_edition, shelf: Path):
    def print_it(edition: int, packed: Answers) -> None:
        data_path, index_path = answers(edition)
        index, data = write_answers(packed)
        print_edition(edition, {data_path: data, index_path: index})

    return print_it


def test_the_index_is_sorted_and_the_data_lies_in_its_order() -> None:
    packed = made(1, range(50))
    index, data = write_answers(packed)
    ids = [index[at : at + 16] for at in range(0, len(index), 16)]
    assert ids == sorted(ids)
    assert {
        answer_id: data[at * 1024 : (at + 1) * 1024] for at, answer_id in enumerate(ids)
    } == dict(packed)
    assert write_answers(packed[::-1]) == (index, data)


@pytest.mark.parametrize(
    "packed",
    [
        [(b"a" * 15, b"b" * 1024)],
        [(b"a" * 16, b"b" * 1023)],
        [(b"a" * 16, b"b" * 1024), (b"a" * 16, b"c" * 1024)],
    ],
)
def test_answers_of_another_size_or_twice_for_one_receipt_are_refused(packed: Answers) -> None:
    with pytest.raises(ValueError, match="answer"):
        write_answers(packed)


def test_every_answer_is_found_and_nothing_else(print_answers, shelf, public_key) -> None:
    for edition in (1, 2, 3):
        print_answers(edition, made(edition, range(edition * 100, edition * 100 + 64)))
    reader = ShelfReader(shelf, public_key)
    assert editions_with_answers(reader) == [1, 2, 3]
    index = AnswerIndex.load(reader)
    assert len(index) == 192
    for edition in (1, 2, 3):
        for answer_id, answer in made(edition, range(edition * 100, edition * 100 + 64)):
            assert index.find(answer_id) == answer
    assert index.find(b"\x00" * 16) is None
    assert index.find(b"\xff" * 16) is None
    assert index.find(hashlib.md5(b"never issued").digest()) is None


def test_the_newest_edition_answers(print_answers, shelf, public_key) -> None:
    for edition in range(1, 12):
        print_answers(edition, made(edition, range(edition, edition + 40)))
    index = AnswerIndex.load(ShelfReader(shelf, public_key))
    newest = {
        answer_id: answer
        for edition in range(1, 12)
        for answer_id, answer in made(edition, range(edition, edition + 40))
    }
    assert {answer_id: index.find(answer_id) for answer_id in newest} == newest


def test_only_new_editions_are_read_again(print_answers, shelf, public_key, monkeypatch) -> None:
    print_answers(1, made(1, range(10)))
    reader = ShelfReader(shelf, public_key)
    first = AnswerIndex.load(reader)
    print_answers(2, made(2, range(5, 15)))
    reader.refresh()
    read: list[str] = []
    real = reader.read
    monkeypatch.setattr(reader, "read", lambda path: (read.append(path), real(path))[1])
    second = AnswerIndex.load(reader, known=first)
    assert read == ["answers/2.idx"]
    assert second.find(made(2, range(5, 6))[0][0]) == made(2, range(5, 6))[0][1]
    assert second.find(made(1, range(1))[0][0]) == made(1, range(1))[0][1]
    assert len(first) == 10


def test_answers_taken_off_the_shelf_are_forgotten(
    print_answers, print_edition, shelf, public_key
) -> None:
    print_answers(1, made(1, range(10)))
    print_answers(2, made(2, range(20, 30)))
    reader = ShelfReader(shelf, public_key)
    before = AnswerIndex.load(reader)
    print_edition(3, {}, answers(1))
    reader.refresh()
    after = AnswerIndex.load(reader, known=before)
    assert after.find(made(1, range(1))[0][0]) is None
    assert after.find(made(2, range(20, 21))[0][0]) == made(2, range(20, 21))[0][1]


def test_a_damaged_answer_is_not_given(print_answers, shelf, public_key) -> None:
    print_answers(1, made(1, range(10)))
    index = AnswerIndex.load(ShelfReader(shelf, public_key))
    data = shelf / "answers/1.bin"
    assert index.find(made(1, range(1))[0][0]) is not None
    data.write_bytes(b"\x00" * data.stat().st_size)
    assert index.find(made(1, range(1))[0][0]) is None


def test_an_edition_named_by_hand_that_is_not_there_holds_nothing(shelf, first, public_key) -> None:
    assert len(AnswerIndex.load(ShelfReader(first, public_key), [7])) == 0


def test_data_is_hashed_once_and_not_again_at_each_look_up_or_root(
    print_answers, print_edition, shelf, public_key, monkeypatch
) -> None:
    print_answers(1, made(1, range(64)))
    reader = ShelfReader(shelf, public_key)
    index = AnswerIndex.load(reader)
    hashed: list[int] = []
    real = files.digest_open
    monkeypatch.setattr(files, "digest_open", lambda f, n: (hashed.append(n), real(f, n))[1])
    for answer_id, answer in made(1, range(64)):
        assert index.find(answer_id) == answer
    print_edition(2, {"index.html": b"another root"})
    assert reader.refresh()
    assert index.find(made(1, range(1))[0][0]) == made(1, range(1))[0][1]
    assert hashed == []
