"""An index of the words that are in print, in DIR/desk/search.sqlite3, for searching at the desk.

It holds what anybody can read on the shelf and nothing else, can be deleted at any time, and is
made again from the database. Words of Korean and of scripts without blanks are indexed by every
two neighbouring characters, so that a word of two syllables is found inside a longer one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from letterslot.discussion.models import Decision, Edition, Printed
from letterslot.text import boundaries, seeking
from letterslot.text.folding import fold, without_marks

NAME: Final = "search.sqlite3"
VERSION: Final = 2  # of what is in it; another one is made anew
STEP: Final = 5_000  # lines of the ledger, and so at most comments, a transaction
TOKEN: Final = 24  # characters of a word that are indexed
CANDIDATES: Final = 300  # comments that a search looks at, the newest first
_BEGINNING: Final = "*"  # behind a token: words that begin with it, too
_RUNS_KEPT: Final = 16_384  # words whose tokens are at hand: texts repeat words

# No "_": the tokenizer parts words there, and a term of two words would be a phrase, which an index
# without places refuses to search.
_SCHEMA: Final = """
CREATE TABLE letters (place INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, text TEXT) STRICT;
CREATE TABLE reached (entries INTEGER, edition INTEGER) STRICT;
INSERT INTO reached VALUES (0, 0);
CREATE VIRTUAL TABLE words USING fts5(
    tokens, content='', columnsize=0, detail=none, tokenize='ascii', prefix='1'
);
"""


def candidates(data: Path, query: seeking.Query, *, story: str = "") -> list[str]:
    """Ids of printed comments that may match: with whole words first, then the newest first; at
    most twice CANDIDATES.

    The caller looks whether they do: the index knows neither order nor tones.
    """
    tokens = [token for term in query.terms for token in _sought(term.text)]
    where = [_quoted(_story_token(story))] if story else []
    with _opened(data) as index:
        return _found(index, tokens, where)


def _found(index: sqlite3.Connection, tokens: Sequence[str], where: Sequence[str]) -> list[str]:
    """What may match, sought the cheap ways first. To seek the beginning of a word, the index puts
    all places of all such words together: in a million comments a tenth of a second for one that
    is frequent. So whole words come first, and are enough where they lead to many; then the
    longest beginning alone, which is enough where it leads to few."""
    whole = _matching(index, [*(one.removesuffix(_BEGINNING) for one in tokens), *where])
    beginnings = [one for one in tokens if one.endswith(_BEGINNING)]
    if len(whole) >= CANDIDATES or not beginnings:
        return whole
    found = _matching(index, [max(beginnings, key=len), *where])
    if len(tokens) > 1 and len(found) >= CANDIDATES:
        found = _matching(index, [*tokens, *where])
    return list(dict.fromkeys(whole + found))


def _matching(index: sqlite3.Connection, tokens: Sequence[str]) -> list[str]:
    rows = index.execute(
        "SELECT id FROM words JOIN letters ON place = words.rowid "
        "WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT ?",
        (" AND ".join(tokens), CANDIDATES),
    )
    return [row[0] for row in rows]


def catch_up(data: Path, *, most: int | None = None) -> bool:
    """Take in what editions printed, changed or took out since the last time; whether it is done.

    `most`: comments after which it stops, to go on with the next call. Two queries when there is
    nothing new. What was taken out leaves no trace in the file.
    """
    edition = Edition.objects.filter(finished=True).order_by("-number").first()
    with _opened(data) as index:
        entries, reached = index.execute("SELECT entries, edition FROM reached").fetchone()
        if edition is None or edition.number == reached:
            return True
        taken_out, done = False, 0
        while entries < edition.ledger_entries:
            until = min(entries + STEP, edition.ledger_entries)
            with index:
                index.execute("BEGIN IMMEDIATE")
                taken_out |= _take_in(index, entries, until)
                index.execute("UPDATE reached SET entries = ?", (until,))
            done, entries = done + until - entries, until
            if most is not None and done >= most:
                return False
        if taken_out:
            _leave_no_trace(index)
        with index:
            index.execute("UPDATE reached SET edition = ?", (edition.number,))
    return True


def keep_up(data: Path) -> None:
    """Catch up where there is an index already: so that what an edition took out leaves it too,
    whoever made the edition."""
    if (data / "desk" / NAME).exists():
        catch_up(data)


def tokens(text: str) -> set[str]:
    """What a text is indexed by: words without accents, or pairs of neighbouring characters."""
    return {token for run in _runs(text) for token in _of_run(run)}


def _take_in(index: sqlite3.Connection, after: int, until: int) -> bool:
    """Bring the comments of some lines of the ledger to what is printed now; whether something
    was taken out. Two queries."""
    decided = Decision.objects.filter(entry__gt=after, entry__lte=until)
    rows = Printed.objects.filter(pk__in=decided.values("comment"))
    taken_out = False
    for letter_id, story, name, text in rows.values_list("pk", "story_id", "name", "text"):
        known = index.execute(
            "SELECT place, name, text FROM letters WHERE id = ?", (letter_id,)
        ).fetchone()
        if known and known[1:] != (name, text):
            _forget(index, known[0], known[1], known[2], story)
            taken_out = True
        if text and (not known or known[1:] != (name, text)):
            _learn(index, letter_id, name, text, story)
    return taken_out


def _learn(index: sqlite3.Connection, letter_id: str, name: str, text: str, story: str) -> None:
    place = index.execute(
        "INSERT INTO letters (id, name, text) VALUES (?, ?, ?)", (letter_id, name, text)
    ).lastrowid
    index.execute(
        "INSERT INTO words (rowid, tokens) VALUES (?, ?)", (place, _indexed(name, text, story))
    )


def _forget(index: sqlite3.Connection, place: int, name: str, text: str, story: str) -> None:
    index.execute(
        "INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?, ?)",
        (place, _indexed(name, text, story)),
    )
    index.execute("DELETE FROM letters WHERE place = ?", (place,))


def _leave_no_trace(index: sqlite3.Connection) -> None:
    """A word that was deleted stays in the index until its pages are written anew."""
    index.execute("INSERT INTO words (words) VALUES ('optimize')")
    index.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _indexed(name: str, text: str, story: str) -> str:
    return " ".join(sorted(tokens(f"{name}\n{text}") | {_story_token(story)}))


def _story_token(story: str) -> str:
    """Of letters and figures alone behind a character that no word has."""
    return "\ue000" + "".join(f"{ord(c):02x}" if not c.isalnum() else c for c in story)


def _sought(term: str) -> Iterator[str]:
    """The index's terms for a word or phrase that is sought."""
    for run in _runs(term):
        if boundaries.kind(run[0]) == "spaced":
            whole = len(run) <= seeking.WHOLE
            yield _quoted(run[:TOKEN]) + ("" if whole else _BEGINNING)
        elif len(run) == 1:
            yield _quoted(run) + _BEGINNING
        else:
            yield from (_quoted(pair) for pair in _pairs(run))


def _quoted(token: str) -> str:
    return f'"{token}"'


@lru_cache(maxsize=_RUNS_KEPT)
def _of_run(run: str) -> tuple[str, ...]:
    if boundaries.kind(run[0]) == "spaced":
        return (run[:TOKEN],)
    return (*_pairs(run), run[-1])


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _runs(text: str) -> list[str]:
    """Runs of characters of one kind, folded, without accents."""
    runs: list[str] = boundaries.RUN.findall(without_marks(fold(text)))
    return runs


@contextmanager
def _opened(data: Path) -> Iterator[sqlite3.Connection]:
    """The index; made, or made anew where it is damaged or of another version."""
    path = data / "desk" / NAME
    try:
        index = _connected(path)
    except sqlite3.DatabaseError:
        for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
            with suppress(FileNotFoundError):
                (data / "desk" / name).unlink()
        index = _connected(path)
    with closing(index):
        yield index


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(exist_ok=True)
    index = sqlite3.connect(path, timeout=20, isolation_level=None)
    index.execute("PRAGMA journal_mode=WAL")
    index.execute("PRAGMA synchronous=NORMAL")
    index.execute("PRAGMA secure_delete=ON")
    index.execute("PRAGMA temp_store=MEMORY")
    (version,) = index.execute("PRAGMA user_version").fetchone()
    if version == 0:
        index.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={VERSION}; COMMIT;")
    elif version != VERSION:
        index.close()
        raise sqlite3.DatabaseError("of another version")
    return index
