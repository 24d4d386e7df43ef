"""Commands that set a newsroom up: init, moderators, passphrases, check."""

from __future__ import annotations

import secrets
from pathlib import Path

from letterslot.project import deployment, founding
from letterslot.project.commands.call import Call, Refused, read_passphrase


def init(call: Call) -> int:
    """`init --name NAME --url URL [--policy P] [--languages en,ko]`"""
    if call.folder.exists:
        raise Refused(f"There is a publication in {call.data} already; nothing was changed.")
    languages = tuple(one.strip() for one in call.arguments.languages.split(",") if one.strip())
    made = founding.found(
        call.folder,
        name=call.arguments.name,
        url=call.arguments.url,
        policy=call.arguments.policy,
        languages=languages,
        now=call.now,
        passphrase=read_passphrase(call.passphrase_file) if call.passphrase_file else None,
    )
    document = {
        "data": str(call.data),
        "passphrase": made.passphrase if made.passphrase_is_new else None,
        "recovery": made.recovery_code,
        "public_key": made.public_key,
    }
    return call.answer(document, founding.recovery_sheet(made, call.data))


def recover(call: Call) -> int:
    """`recover --code-file F`: the new passphrase comes from --passphrase-file."""
    code = read_passphrase(Path(call.arguments.code_file))
    founding.rewrap(call.folder, old=code, new=call.passphrase)
    return call.answer({"changed": True}, "The new passphrase opens the key file from now on.")


def change_passphrase(call: Call) -> int:
    """`passphrase change --new-passphrase-file F`"""
    new = read_passphrase(Path(call.arguments.new_passphrase_file))
    founding.rewrap(call.folder, old=call.passphrase, new=new)
    return call.answer({"changed": True}, "The new passphrase opens the key file from now on.")


def check(call: Call) -> int:
    """`check`"""
    findings = deployment.findings(call.folder, call.now)
    document = {"holds": not findings, "findings": findings}
    call.answer(document, "\n".join(findings) or "Everything that was looked at holds.")
    return 1 if findings else 0


def add_moderator(call: Call) -> int:
    """`moderator add NAME --role ROLE [--password-file F]`"""
    call.use_database()
    from letterslot.newsroom.models import Moderator

    name = call.arguments.name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise Refused("A moderator's name is one line of up to 80 characters.")
    password, made = _password(call.arguments.password_file)
    moderator, _ = Moderator.objects.get_or_create(name=name)
    moderator.role = call.arguments.role
    moderator.is_active = True
    moderator.set_password(password)
    moderator.save()
    document = {"name": name, "role": moderator.role, "password": password if made else None}
    told = f" The password is: {password}" if made else ""
    return call.answer(document, f"{name} may sign in as {moderator.role}.{told}")


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


def list_moderators(call: Call) -> int:
    """`moderator list`"""
    call.use_database()
    from letterslot.newsroom.models import Moderator

    rows = [
        {"name": one.name, "role": one.role}
        for one in Moderator.objects.filter(is_active=True).order_by("name")
    ]
    lines = [f"{row['name']}  {row['role']}" for row in rows]
    return call.answer(rows, "\n".join(lines) or "Nobody may sign in yet.")


def remove_moderator(call: Call) -> int:
    """`moderator remove NAME`. The name stays in the ledger; open sessions end at once."""
    call.use_database()
    from letterslot.newsroom.models import Moderator

    name = call.arguments.name
    if not Moderator.objects.filter(name=name, is_active=True).update(is_active=False):
        raise Refused(f"There is no moderator “{name}”.")
    return call.answer({"removed": name}, f"{name} may sign in no more.")
