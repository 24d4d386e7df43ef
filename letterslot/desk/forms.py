"""What the desk's forms carry, read and checked; how they look stands in the templates."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from letterslot.discussion.models import ReadyReason
from letterslot.letterbox.receipts import REASON_BYTES

DECISIONS: Final = ("approve", "edit", "redact", "decline", "advise", "skip")


def whole_number(words: str) -> int | None:
    """A number as a form or an address carries it: figures alone, nine at most; else None."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else None


class GroundsForm(forms.Form):
    """A clause and a reason. The clause is asked for where the decision needs one."""

    clause = forms.IntegerField(required=False, min_value=1)
    ready = forms.ModelChoiceField(ReadyReason.objects, required=False)
    reason = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """Words that stand ready come before the moderator's own, and name the clause where the
        moderator named none."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        ready, own = cleaned.get("ready"), cleaned.get("reason", "")
        cleaned["reason"] = "\n".join(filter(None, [ready.text if ready else "", own]))
        if ready and cleaned.get("clause") is None and "clause" not in self.errors:
            cleaned["clause"] = ready.clause
        if len(cleaned["reason"].encode()) > REASON_BYTES:
            fault = _("The reason is longer than %(bytes)s bytes: shorten it.")
            self.add_error("reason", fault % {"bytes": REASON_BYTES})
        return cleaned

    def require_advice(self) -> bool:
        """Whether the writer is told what to change; where not, the fault stands in the form."""
        if not self.cleaned_data.get("reason"):
            fault = _("Say what the writer can change, or choose ready advice.")
            self.add_error("reason", fault)
        return self.is_valid()

    def require_clause(self) -> bool:
        """Whether a clause is named; where none is, the fault stands in the form."""
        if self.cleaned_data.get("clause") is None:
            self.add_error("clause", _("Choose the clause that is the reason: the writer sees it."))
        return self.is_valid()

    @property
    def sentences(self) -> dict[str, str]:
        """The first fault of each field, for the template."""
        return {field: str(faults[0]) for field, faults in self.errors.items()}


class DecideForm(GroundsForm):
    """A decision about the open comment, and the wording it is about."""

    revision = forms.IntegerField(min_value=1)
    decision = forms.ChoiceField(
        choices=[(one, one) for one in DECISIONS],
        error_messages={
            "required": _lazy("Press one of these buttons."),
            "invalid_choice": _lazy("Press one of these buttons."),
        },
    )


class BulkForm(GroundsForm):
    """One decision about many comments. Each is named with the wording that was read: ID:REVISION;
    `all` chooses whatever the page showed."""

    decision = forms.ChoiceField(
        choices=[(one, one) for one in ("approve", "decline", "undo")],
        error_messages={"required": _lazy("Press one of these buttons.")},
    )

    def chosen(self) -> dict[str, int]:
        """The wordings that were read by the comment's id, as the page sent them."""
        field = "shown" if self.data.get("all") else "chosen"
        pairs = (one.partition(":") for one in cast(QueryDict, self.data).getlist(field))
        read = ((id_, whole_number(seen)) for id_, _sep, seen in pairs)
        return {id_: seen for id_, seen in read if seen is not None}


class EditForm(GroundsForm):
    """A new wording. `do` says which button was pressed: save, diff, clean, or cut-N for one of the
    marked passages."""

    revision = forms.IntegerField(min_value=1)
    name = forms.CharField(required=False)
    text = forms.CharField(required=False, strip=False)
    do = forms.RegexField(r"\A(save|diff|clean|cut-[0-9]{1,3})\Z")
