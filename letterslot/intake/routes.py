"""The table of the door's own addresses: what each does, and how much of that it takes in."""

from __future__ import annotations

from typing import Final, NamedTuple

from letterslot.intake import handlers, reports, wishes
from letterslot.intake.admission import COMMENTS, LOOK_UPS, PREVIEWS, WISHES, Allowance
from letterslot.intake.handlers import Handler


class Route(NamedTuple):
    """What one address does: for GET, for POST, and how much of that it takes in.

    What is done `by_turns` makes nothing else wait, however much of it comes.
    """

    get: Handler | None = None
    post: Handler | None = None
    allowance: Allowance = WISHES
    by_turns: bool = False


ROUTES: Final[dict[str, Route]] = {
    "/comment/new": Route(get=handlers.new_comment),
    "/comment/preview": Route(post=handlers.preview, allowance=PREVIEWS),
    "/comment": Route(post=handlers.comment, allowance=COMMENTS),
    "/receipt": Route(post=wishes.receipt, allowance=LOOK_UPS, by_turns=True),
    "/receipt/withdraw": Route(post=wishes.withdraw),
    "/receipt/refuse-edit": Route(post=wishes.refuse_edit),
    "/receipt/appeal": Route(post=wishes.appeal),
    "/receipt/group": Route(post=wishes.group),
    "/report": Route(get=reports.new_report, post=reports.report),
}
HEALTH: Final = "/healthz"
