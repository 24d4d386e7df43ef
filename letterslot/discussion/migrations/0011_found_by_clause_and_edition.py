"""Decisions under a clause, and what was printed last: indexes that spare reading all of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0010_stories_ask_a_question")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("clause__isnull", False)),
                fields=["clause", "entry"],
                name="decisions_by_clause",
            ),
        ),
        migrations.AddIndex(
            model_name="printed",
            index=models.Index(
                fields=["-edition", "position", "comment"], name="printed_newest"
            ),
        ),
    ]
