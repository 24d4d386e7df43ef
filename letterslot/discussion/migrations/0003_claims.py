"""A moderator holds a comment for some minutes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0002_ledger_is_append_only")]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("comment", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="discussion.comment")),
                ("by", models.CharField(max_length=80)),
                ("until", models.PositiveBigIntegerField()),
            ],
        ),
    ]
