"""What each setting was when a print last used it; the last release does not look at it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0014_replies_of_the_newsroom")]

    operations = [
        migrations.CreateModel(
            name="KnownSetting",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("value", models.TextField()),
            ],
        ),
    ]
