"""The newsroom may answer a reader in the thread. To the last release its replies are comments
like any other, without the badge."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0014_editors_picks")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="staff",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="printed",
            name="staff_role",
            field=models.TextField(null=True),
        ),
    ]
