"""Commands that serve: the doors, and the demo newsroom."""

from __future__ import annotations

from letterslot.project import doors
from letterslot.project.commands.call import Call, Refused


def serve(call: Call) -> int:
    """`serve [--doors …] [--host H] [--port P] [--desk-host H] [--desk-port P] [--budget N]`"""
    if not call.folder.token_key.exists():
        raise Refused(
            f"There is no publication in {call.data}: "
            f"run `letterslot --data {call.data} init` first."
        )
    words = call.arguments
    chosen = doors.Doors(
        names=words.doors,
        host=words.host,
        port=words.port,
        desk_host=words.desk_host,
        desk_port=words.desk_port,
        budget=words.budget,
    )
    file = call.passphrase_file
    if file is not None and not file.is_file():
        raise Refused(f"There is no passphrase file {file}.")
    return doors.serve(call.folder, chosen, passphrase_file=file)


def demo(call: Call) -> int:
    """`demo [--port P] [--desk-port P]`"""
    from letterslot.project import demo as newsroom

    return newsroom.run(call, port=call.arguments.port, desk_port=call.arguments.desk_port)
