"""Readers may report a printed comment."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0008_appeals")]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.CharField(max_length=10)),
                ("sealed_reason", models.BinaryField()),
                ("slot", models.PositiveIntegerField()),
                ("outcome", models.CharField(blank=True, max_length=10)),
                ("comment", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="discussion.comment")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("outcome", "")), fields=["comment"], name="reports_open")],
            },
        ),
    ]
