"""Commands about notices: trying them, and the secret that a webhook's receiver checks them by."""

from __future__ import annotations

import secrets

from letterslot.project.commands.call import Call, Refused


def send(call: Call) -> int:
    """`notices send`: one at once, by every way, and what became of it."""
    call.use_database()
    from letterslot.newsroom import receivers

    publication, now = call.publication, call.now.replace(microsecond=0)
    if not publication.notices.ways:
        raise Refused("Nobody is told: name `mail_to` or `webhook` under `[notices]`.")
    notice = receivers.Notice(f"try-{secrets.token_hex(8)}", now)
    told = {
        way: receivers.send(way, notice, data=call.data, publication=publication, now=now)
        for way in publication.notices.ways
    }
    call.answer(told, "\n".join(f"{way}: {why}" for way, why in told.items()))
    return 0 if set(told.values()) == {receivers.SENT} else 1


def secret(call: Call) -> int:
    """`notices secret`: what a webhook's receiver is given, made where there is none."""
    call.use_database()
    from letterslot.newsroom import receivers

    made = receivers.secret(call.data)
    return call.answer({"secret": made}, made)
