"""The database itself refuses to change or delete a line of the ledger."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSE = """
CREATE TRIGGER ledger_never_{act} BEFORE {act} ON discussion_ledgerentry
BEGIN SELECT RAISE(ABORT, 'The ledger is append-only.'); END;
"""


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for act in ("update", "delete"):
            schema_editor.execute(REFUSE.format(act=act))


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for act in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER ledger_never_{act};")


class Migration(migrations.Migration):
    dependencies = [("discussion", "0001_stories_comments_editions")]
    operations = [migrations.RunPython(forwards, backwards)]
