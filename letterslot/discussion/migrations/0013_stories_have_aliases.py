"""A story may be known by other names too; the last release does not look at them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0012_stories_by_original_and_date")]

    operations = [
        migrations.CreateModel(
            name="Alias",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                (
                    "story",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="discussion.story",
                    ),
                ),
            ],
        ),
    ]
