"""Unit and UnitMembership move to the app `units` in Django's state alone; their tables stay where they are."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_marked_once'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel(name='UnitMembership'),
                migrations.DeleteModel(name='Unit'),
            ],
        ),
    ]
