"""A moderator's own decisions, newest first: an index to find the last one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0005_declined_with_advice")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["by", "entry"], name="discussion__by_9ffe0e_idx"),
        ),
    ]
