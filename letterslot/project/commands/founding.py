"""Commands that set a newsroom up: init, passphrases, check."""

from __future__ import annotations

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
