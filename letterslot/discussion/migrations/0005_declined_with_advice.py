"""A comment can be sent back with a suggestion of what to change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0004_ready_reasons")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="advice",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
