"""A comment knows the edition that brought its last answer: the days of appeal count from it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0006_stories_take_turns")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="told",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
