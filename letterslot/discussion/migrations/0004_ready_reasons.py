"""Words to a writer that the newsroom keeps ready."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0003_claims")]

    operations = [
        migrations.CreateModel(
            name="ReadyReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=35)),
                ("clause", models.PositiveIntegerField()),
                ("use", models.CharField(max_length=10)),
                ("text", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["language", "clause"], name="discussion__languag_8f2d8c_idx")]},
        ),
    ]
