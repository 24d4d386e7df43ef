"""A writer may appeal against a decision."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0007_comments_know_when_they_were_told")]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("against", models.PositiveIntegerField()),
                ("epoch", models.CharField(max_length=10)),
                ("sealed_words", models.BinaryField()),
                ("slot", models.PositiveIntegerField()),
                ("outcome", models.CharField(blank=True, max_length=10)),
                ("comment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="appeals", to="discussion.comment")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("comment", "against"), name="one_appeal_a_decision")],
                "indexes": [models.Index(condition=models.Q(("outcome", "")), fields=["slot"], name="appeals_open")],
            },
        ),
    ]
