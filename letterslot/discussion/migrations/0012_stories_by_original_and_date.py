"""A story's translations and its month are found without reading all stories."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("discussion", "0011_found_by_clause_and_edition")]

    operations = [
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["translation_of"], name="stories_by_original"),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(fields=["date"], name="stories_by_date"),
        ),
    ]
