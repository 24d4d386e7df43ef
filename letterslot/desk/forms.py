"""What the desk's forms carry, read and checked; how they look stands in the templates."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from letterslot.letterbox.receipts import REASON_BYTES

DECISIONS: Final = ("approve", "edit", "decline", "skip")


class GroundsForm(forms.Form):
    """A clause and a reason. The clause is asked for where the decision needs one."""

    clause = forms.IntegerField(required=False, min_value=1)
    reason = forms.CharField(required=False)

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if len(reason.encode()) > REASON_BYTES:
            raise forms.ValidationError(
                _("The reason is longer than %(bytes)s bytes: shorten it."),
                params={"bytes": REASON_BYTES},
            )
        return reason

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


class EditForm(GroundsForm):
    """A new wording. `do` says which button was pressed: save, diff or clean."""

    revision = forms.IntegerField(min_value=1)
    name = forms.CharField(required=False)
    text = forms.CharField(required=False, strip=False)
    do = forms.ChoiceField(choices=[(one, one) for one in ("save", "diff", "clean")])
