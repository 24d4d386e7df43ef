"""A story may ask a question of whoever writes; the last release leaves the column empty."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0009_reports")]

    operations = [
        migrations.AddField(
            model_name="story",
            name="question",
            field=models.JSONField(null=True),
        ),
    ]
