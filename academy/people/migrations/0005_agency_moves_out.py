"""Agency moves to the app `families` in Django's state alone; its table stays where it is."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_units_move_out'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Agency')]),
    ]
