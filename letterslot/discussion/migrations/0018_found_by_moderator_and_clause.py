"""What one moderator decided under one clause is found without reading all under the clause."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("discussion", "0017_claims_live_in_memory")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(("clause__isnull", False)),
                fields=["by", "clause", "entry"],
                name="decisions_by_both",
            ),
        ),
    ]
