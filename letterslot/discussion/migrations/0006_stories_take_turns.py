"""Within a slot the stories take turns in the queue: an index to find whose turn it is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0006_decisions_by_moderator")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["state", "slot", "story", "id"], name="discussion__state_602488_idx"),
        ),
    ]
