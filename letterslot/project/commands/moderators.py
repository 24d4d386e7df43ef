"""Commands about the people at the desk: who may sign in, as what, for which stories."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from letterslot.project.commands.call import Call, Refused, read_passphrase

if TYPE_CHECKING:
    from letterslot.newsroom.models import Moderator


_NO_CHIEF: Final = (
    "The desk has no chief now: nobody takes a comment out at once, prints early or changes the"
    " ready words. `letterslot moderator add NAME --role chief` makes one."
)


def add(call: Call) -> int:
    """`moderator add NAME --role ROLE [--password-file F]`"""
    call.use_database()
    from letterslot.discussion import accounts

    password, made = _password(call.arguments.password_file)
    moderator = accounts.let_in(
        name=call.arguments.name, role=call.arguments.role, password=password, **_hand(call)
    )
    document = {
        "name": moderator.name,
        "role": moderator.role,
        "password": password if made else None,
    }
    told = f" The password is: {password}" if made else ""
    said = f"{moderator.name} may sign in as {moderator.role}.{told}"
    return _answer(call, document, said)


def list_all(call: Call) -> int:
    """`moderator list`"""
    call.use_database()
    from letterslot.newsroom import factors
    from letterslot.newsroom.models import Moderator

    with_factor = factors.those_with_any()
    rows = [
        _row(one, one.pk in with_factor)
        for one in Moderator.objects.filter(is_active=True).order_by("name")
    ]
    return call.answer(rows, lambda: "\n".join(map(_line, rows)) or "Nobody may sign in yet.")


def remove(call: Call) -> int:
    """`moderator remove NAME`. The name stays in the ledger; open sessions end at once."""
    call.use_database()
    from letterslot.discussion import accounts

    name = call.arguments.name
    accounts.take_off(name, **_hand(call))
    return _answer(call, {"removed": name}, f"{name} may sign in no more.")


def limit(call: Call) -> int:
    """`moderator scope NAME --story SLUG… | --all`"""
    call.use_database()
    from letterslot.discussion import accounts

    stories = None if call.arguments.all else call.arguments.story
    moderator = accounts.limit(call.arguments.name, stories, **_hand(call))
    document = {"name": moderator.name, "stories": moderator.stories}
    told = "every story" if moderator.stories is None else ", ".join(moderator.stories)
    return call.answer(document, f"{moderator.name} works on: {told}.")


def reset_factor(call: Call) -> int:
    """`moderator reset-factor NAME`. For who lost it; open sessions end at once."""
    call.use_database()
    from letterslot.discussion import accounts

    name = call.arguments.name
    had = accounts.reset_factors(name, **_hand(call)) > 0
    told = (
        f"{name} signs in with the password alone, and makes a new second factor then."
        if had
        else f"{name} had no second factor; nothing else was changed but that sessions ended."
    )
    return call.answer({"name": name, "reset": had}, told)


def _answer(call: Call, document: dict[str, Any], said: str) -> int:
    """The answer, with a warning where the desk has no chief. Nothing is refused: a chief whose
    account fell into other hands must be put out at once, and who sits here can make another."""
    from letterslot.newsroom.models import Moderator, Role

    if Moderator.objects.filter(is_active=True, role=Role.CHIEF).exists():
        return call.answer(document, said)
    return call.answer(document | {"warning": _NO_CHIEF}, f"{said} {_NO_CHIEF}")


def _hand(call: Call) -> dict[str, Any]:
    """Whose hand it is: whoever has the server's command line, in the current slot."""
    from letterslot.discussion import ledger, slots

    return {"hand": ledger.Hand(via="command"), "slot": slots.current(call.publication, call.now)}


def _row(moderator: Moderator, has_factor: bool) -> dict[str, Any]:
    return {
        "name": moderator.name,
        "role": moderator.role,
        "stories": moderator.stories,
        "second_factor": has_factor,
    }


def _line(row: dict[str, Any]) -> str:
    words = [row["name"], row["role"]]
    if row["stories"] is not None:
        words.append(f"only {', '.join(row['stories']) or 'no story'}")
    if not row["second_factor"]:
        words.append("(password alone)")
    return "  ".join(words)


def _password(file: str | None) -> tuple[str, bool]:
    """The password of a file, checked; or a new one, and that it is new."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    if file is None:
        return secrets.token_urlsafe(12), True
    password = read_passphrase(Path(file))
    try:
        validate_password(password)
    except ValidationError as faults:
        raise Refused(" ".join(faults.messages)) from None
    return password, False
