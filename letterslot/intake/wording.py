"""Every sentence that the door says by itself, in English; pages speak them in other languages."""

from __future__ import annotations

from typing import Final, NamedTuple

# What is to be put right in a comment.
EMPTY: Final = "Please write something first: the comment is empty."
TOO_LONG: Final = "This is too long: please keep it to 5,000 characters."
TOO_MANY_BYTES: Final = "This takes more than 28 KiB: please use fewer characters."
NAME_TOO_LONG: Final = "This name is too long: please keep it to 80 characters."
NAME_TOO_MANY_BYTES: Final = "This name takes more than 1 KiB: please use fewer characters."
RECEIPT_IN_TEXT: Final = (
    "A receipt stands in this text: please take it out, or whoever reads it can withdraw the "
    "comment it belongs to."
)
ANSWER_FIRST: Final = "Please answer the newsroom’s question; the story has the answer."
ANOTHER_ANSWER: Final = (
    "The newsroom expects another answer to its question; the story has it. Your text is kept."
)
LEAVE_EMPTY: Final = (
    "Something was written into the field that stays empty, perhaps by your browser. It is empty "
    "again now: please look before sending once more."
)
NO_WORDS: Final = "Please say why: a moderator reads it."
WORDS_TOO_LONG: Final = "This is too long: please keep it to 1,000 characters."
WORDS_TOO_MANY_BYTES: Final = "This takes more than 8 KiB: please use fewer characters."
NO_COMMENT_TO_REPORT: Final = (
    "The comment you report is not printed here: please begin again from the thread."
)
NO_SUCH_COMMENT: Final = (
    "The comment you answer is not printed here: please begin again from the thread."
)
NO_SUCH_GROUP: Final = "Please choose when it may be published."
NO_SUCH_EDITS: Final = "Please choose whether a moderator may edit it."

# What became of the way from the preview to here.
LOOK_FIRST: Final = (
    "Please look at your comment once more before you send it; it is not stored yet."
)
OTHER_FIELDS: Final = (
    "The comment was changed after its preview; please look at it again. It is not stored yet."
)

# What this door cannot do with it.
NO_STORY: Final = "There is no story of this name; please begin from the list of stories."
NO_STORY_HEADING: Final = "Unknown story"
CLOSED: Final = "Comments on this story are closed; this one is not stored."
CLOSED_HEADING: Final = "Comments are closed"
NOTHING_HERE: Final = "There is nothing at this address; please begin from the list of stories."
NOTHING_HERE_HEADING: Final = "Not found"
NOT_READ: Final = "This could not be read"
NOT_STORED: Final = "Not stored"
BUSY: Final = "Too much is being sent at the moment. This is not stored; please try again later."
BUSY_UNREAD: Final = (
    "Too much is being sent at the moment. This is not stored, and we could not read it to give "
    "your text back; please try again later."
)
OVER_BUDGET: Final = (
    "Too much is coming from your network at the moment. This is not stored; please try again in "
    "a minute."
)
# A look-up stores nothing, and must not frighten whoever waits for a comment.
LOOK_AGAIN_HEADING: Final = "Please look again later"
LOOK_AGAIN: Final = (
    "Too many receipts are being looked up at the moment. This look-up was not answered, and your "
    "comment is as it was; please try again in a minute."
)
DISK: Final = "We cannot store anything at the moment. This is not stored; please try again later."
NO_KEY: Final = (
    "We have no key for today that could seal this. It is not stored; please try again later."
)
NO_SHELF: Final = "The site is being set up. Nothing is stored yet; please try again later."
UNREADABLE: Final = "This request is damaged or cut off; please begin from the list of stories."
HEAD_TOO_LARGE: Final = (
    "This request says too much before its content; please begin from the list of stories."
)
TOO_LARGE: Final = "This is more than 200 KiB and is not stored; please send less."
TOO_LARGE_HEADING: Final = "Too large"
TOO_SLOW: Final = "The form did not arrive in time and is not stored; please send it again."
TOO_SLOW_HEADING: Final = "Too slow"
WRONG_METHOD: Final = "This address takes other requests than this; please use the site's forms."
WRONG_METHOD_HEADING: Final = "Not done here"
WRONG_HOST: Final = "This site goes by another name; please use its own address."
WRONG_HOST_HEADING: Final = "Wrong address"
NO_HOST: Final = "This request does not say exactly one host; please name the site's own."
BROKEN: Final = "Something went wrong here. This is not stored; please try again later."
BROKEN_HEADING: Final = "Our fault"


class Busy(NamedTuple):
    """What is said where something is not taken in."""

    heading: str
    everybody: str  # too much comes from everywhere
    network: str  # too much comes from this network
    unread: str  # the same, and the text cannot be given back


BUSY_SENDING: Final = Busy(NOT_STORED, BUSY, OVER_BUDGET, BUSY_UNREAD)
BUSY_LOOK_UPS: Final = Busy(LOOK_AGAIN_HEADING, LOOK_AGAIN, LOOK_AGAIN, LOOK_AGAIN)
