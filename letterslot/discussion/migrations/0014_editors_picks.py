"""Editors may point a printed comment out. The last release leaves the new columns at their
defaults: it knows of no pick."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0013_stories_have_aliases")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="picked",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="comment",
            name="pick_due",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("pick_due", True)), fields=["pick_due"], name="picks_due"
            ),
        ),
        migrations.AddField(
            model_name="printed",
            name="picked_edition",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="printed",
            index=models.Index(
                condition=models.Q(("picked_edition__isnull", False)),
                fields=["story", "-picked_edition", "-edition", "position"],
                name="picks_by_story",
            ),
        ),
    ]
