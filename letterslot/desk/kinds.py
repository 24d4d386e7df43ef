"""The kinds of signals, in the order in which a letter shows them, and what they are called."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

# What endangers people comes first.
KINDS: Final = {
    "telephone": _("telephone number"),
    "email": _("e-mail address"),
    "account": _("account"),
    "tracking": _("tracking"),
    "place": _("postal address"),
    "workplace": _("workplace"),
    "invisible": _("invisible characters"),
    "link": _("link"),
    "word": _("listed word"),
    "staff": _("staff name"),
    "duplicate": _("duplicate"),
    "language": _("other language"),
    "mixture": _("mixed alphabets"),
    "zawgyi": _("Zawgyi"),
    "length": _("length"),
}
PLACES: Final = {kind: place for place, kind in enumerate(KINDS)}
