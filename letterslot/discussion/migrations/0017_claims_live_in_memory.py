"""Claims live in the memory of the desk. Their table stays for the last release, emptied of what
said who had read what; the next release takes it away."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("discussion", "0016_settings_that_the_ledger_knows")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("DELETE FROM discussion_claim", migrations.RunSQL.noop)
            ],
            state_operations=[migrations.DeleteModel("Claim")],
        ),
    ]
