"""Stories, comments, what stands on the shelf, editions, and the lines of the ledger.

Three kinds of rows, kept apart on purpose. *Held* rows (Comment, Revision, Decision) carry text
only sealed. *Printed* rows (Printed) are what an edition put on the shelf, in clear, and are
written by press alone, so that an interrupted edition can be made again to the byte. *Facts*
(LedgerEntry) are appended and never change; the database refuses it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from letterslot.discussion import states


class Story(models.Model):
    """A story as its Markdown file told it."""

    slug = models.CharField(max_length=100, primary_key=True)
    language = models.CharField(max_length=35)
    headline = models.TextField()
    summary = models.TextField(blank=True)
    date = models.DateField()
    credits = models.JSONField(default=list)  # [{"role", "name", "note"}]
    picture = models.JSONField(null=True)  # {"file", "alt", "caption", "credit", "width", ...}
    translation_of = models.CharField(max_length=100, blank=True)
    canonical = models.URLField(blank=True, max_length=500)
    comments = models.CharField(
        max_length=10, blank=True
    )  # "open", "closed", a date, or "" (by age)
    markdown = models.TextField(blank=True)
    question = models.JSONField(null=True)  # {"ask", "answers": [...]}, of whoever writes

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["translation_of"], name="stories_by_original"),
            models.Index(fields=["date"], name="stories_by_date"),
        ]

    def __str__(self) -> str:
        return self.slug


class Alias(models.Model):
    """Another name that leads to a story: an earlier slug, or what another system calls it."""

    name = models.CharField(max_length=100, primary_key=True)  # spelled like a slug
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="aliases")

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """A letter that was collected. Its words are in its revisions, sealed until printed."""

    id = models.CharField(max_length=16, primary_key=True)  # public, random
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="comment_set")
    reply_to = models.CharField(max_length=16, blank=True)  # public id, as the reader sent it
    state = models.CharField(max_length=10, choices=[(s, s) for s in states.STATES])
    revision = models.PositiveIntegerField(default=1)  # number of the current revision
    epoch = models.CharField(max_length=10)  # ISO day of the key its words are sealed to
    slot = models.PositiveIntegerField()  # when it was collected; the only time there is
    receipt = models.BinaryField(max_length=32)  # the receipt's public key
    group = models.CharField(max_length=20, default="yes")
    edits = models.BooleanField(default=True)  # may a moderator edit it
    answer_due = models.BooleanField(
        default=False
    )  # the receipt's answer goes with the next edition
    told = models.PositiveIntegerField(null=True)  # the edition that brought the last answer
    staff = models.BooleanField(default=False, db_default=False)  # the newsroom itself wrote it
    picked = models.BooleanField(default=False, db_default=False)  # the editors point it out
    pick_due = models.BooleanField(
        default=False, db_default=False
    )  # the next edition shows what became of the pick

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "slot", "id"]),
            models.Index(fields=["story", "state", "slot", "id"]),
            models.Index(fields=["state", "slot", "story", "id"]),  # stories take turns in a slot
            models.Index(
                fields=["answer_due"], condition=models.Q(answer_due=True), name="answers_due"
            ),
            models.Index(fields=["pick_due"], condition=models.Q(pick_due=True), name="picks_due"),
            models.Index(fields=["receipt"]),
        ]

    def __str__(self) -> str:
        return self.id


class Revision(models.Model):
    """One wording of a comment: {"name", "text"} sealed to the comment's epoch."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["comment", "number"], name="one_revision_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}, revision {self.number}"


class Decision(models.Model):
    """What a person (or the writer) decided about a comment. The reason is sealed like the text."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    act = models.CharField(max_length=20)
    revision = models.PositiveIntegerField()
    clause = models.PositiveIntegerField(null=True)
    terms = models.CharField(max_length=20, blank=True)  # version of the terms
    sealed_reason = models.BinaryField(null=True)  # {"reason"} sealed to the comment's epoch
    advice = models.BooleanField(
        default=False, db_default=False
    )  # declined with a suggestion of what to change: the reason is that suggestion
    by = models.CharField(max_length=80, blank=True)  # a moderator's name; empty: the writer
    slot = models.PositiveIntegerField()
    entry = models.PositiveIntegerField(unique=True)  # number of its line in the ledger

    class Meta:
        ordering: ClassVar[list[str]] = ["entry"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["by", "entry"]),
            models.Index(
                fields=["clause", "entry"],
                condition=models.Q(clause__isnull=False),
                name="decisions_by_clause",
            ),
            models.Index(
                fields=["by", "clause", "entry"],
                condition=models.Q(clause__isnull=False),
                name="decisions_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.act}"


class ReadyReason(models.Model):
    """Words to a writer that the newsroom keeps ready, by language, clause and use."""

    language = models.CharField(max_length=35)
    clause = models.PositiveIntegerField()
    use = models.CharField(max_length=10)  # "decline", "edit" or "advice"
    text = models.TextField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["language", "clause"]),
        ]

    def __str__(self) -> str:
        return f"{self.use} under clause {self.clause}, {self.language}"


class Appeal(models.Model):
    """A writer's word against one decision. Open while it has no outcome."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="appeals")
    against = models.PositiveIntegerField()  # line of the decision in the ledger
    epoch = models.CharField(max_length=10)  # of the day on which it was sent
    sealed_words = models.BinaryField()  # {"reason"} sealed to that epoch
    slot = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, blank=True)  # upheld | overturned | dropped

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["comment", "against"], name="one_appeal_a_decision"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["slot"], condition=models.Q(outcome=""), name="appeals_open"),
        ]

    def __str__(self) -> str:
        return f"an appeal for {self.comment_id}"


class Report(models.Model):
    """What a reader says is wrong with a printed comment. Open while it has no outcome."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    epoch = models.CharField(max_length=10)  # of the day on which it was sent
    sealed_reason = models.BinaryField()  # {"reason"} sealed to that epoch
    slot = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, blank=True)  # dismissed | dropped

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["comment"], condition=models.Q(outcome=""), name="reports_open"),
        ]

    def __str__(self) -> str:
        return f"a report about {self.comment_id}"


class Printed(models.Model):
    """A comment as it stands on the shelf. Written by press alone."""

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="printed_set")
    conversation = models.CharField(max_length=16)  # id of the comment that began it
    place = models.PositiveIntegerField(
        null=True
    )  # of a conversation in its story, from 0; never changes
    answers_to = models.CharField(max_length=16, blank=True)  # for a reply to a reply
    edition = models.PositiveIntegerField()  # of its first printing
    position = models.PositiveIntegerField()  # random place within that edition
    revision = models.PositiveIntegerField()  # number of the wording that is printed
    name = models.TextField(blank=True)
    text = models.TextField()
    lang = models.CharField(max_length=35)
    dir = models.CharField(max_length=3)
    edited_clause = models.PositiveIntegerField(null=True)
    removed_edition = models.PositiveIntegerField(null=True)
    removed_clause = models.PositiveIntegerField(null=True)
    removed_reason = models.TextField(blank=True)
    withdrawn = models.BooleanField(default=False)
    staff_role = models.TextField(null=True)  # None: a reader wrote it
    picked_edition = models.PositiveIntegerField(null=True)  # that showed it as an editors' pick

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["story", "place"]),
            models.Index(
                fields=["story", "-picked_edition", "-edition", "position"],
                condition=models.Q(picked_edition__isnull=False),
                name="picks_by_story",
            ),
            models.Index(fields=["-edition", "position", "comment"], name="printed_newest"),
            models.Index(fields=["conversation", "edition", "position"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["story", "place"],
                name="one_conversation_a_place",
                condition=models.Q(place__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} in edition {self.edition}"


class Edition(models.Model):
    """One edition. `finished` turns true when its root stands on the shelf."""

    number = models.PositiveIntegerField(primary_key=True)
    slot = models.PositiveIntegerField()
    date = models.DateField()
    published = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)  # taken out: removed or withdrawn
    answers = models.PositiveIntegerField(default=0)
    seed = models.BinaryField(max_length=32)  # of the random order and of the dummy answers
    stories = models.JSONField(default=dict)  # slug -> ids of the conversations it touches
    ledger_entries = models.PositiveIntegerField(
        default=0
    )  # the ledger's end that its root commits to
    ledger_head = models.CharField(max_length=64, blank=True)
    scheduled = models.BooleanField(default=True)  # False: an emergency removal, outside the slots
    finished = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"edition {self.number}"


class Answer(models.Model):
    """A sealed answer to a receipt, as printed with an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="answer_set")
    receipt_id = models.BinaryField(max_length=16)
    sealed = models.BinaryField(max_length=1024)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "receipt_id"], name="one_answer_an_edition"),
        ]

    def __str__(self) -> str:
        return f"an answer in {self.edition_id}"


class CollectedNumber(models.Model):
    """A number of an envelope that was taken from the spool, so that it is never taken twice."""

    number = models.BinaryField(max_length=16, primary_key=True)
    epoch = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.number.hex()


class Rejected(models.Model):
    """An envelope that could not be read, kept as it came."""

    number = models.BinaryField(max_length=16, primary_key=True)
    epoch = models.CharField(max_length=10)
    envelope = models.BinaryField()
    why = models.TextField()

    def __str__(self) -> str:
        return self.why


class LedgerEntry(models.Model):
    """A line of the ledger: canonical JSON that names the hash of the line before it."""

    number = models.PositiveIntegerField(primary_key=True)
    line = models.TextField()
    hash = models.CharField(max_length=64)  # SHA-256 of `line` in UTF-8, hex

    def __str__(self) -> str:
        return self.line


class KnownSetting(models.Model):
    """A setting of the newsroom as the last print used it."""

    name = models.CharField(max_length=200, primary_key=True)  # "k_min", "words/en/terms.md"
    value = models.TextField()

    def __str__(self) -> str:
        return self.name


class Clockwork(models.Model):
    """The one row that counts slots, serials and conversations. Slots are counters, not clocks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    slot = models.PositiveIntegerField(default=1)
    clock_slot = models.BigIntegerField(default=0)  # the clock's slot when `slot` last moved
    serial = models.PositiveIntegerField(default=0)  # of the last signing

    def __str__(self) -> str:
        return f"slot {self.slot}"
