from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsroom', '0001_moderators'),
    ]

    operations = [
        migrations.AddField(
            model_name='moderator',
            name='generation',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='moderator',
            name='stories',
            field=models.JSONField(null=True),
        ),
    ]
