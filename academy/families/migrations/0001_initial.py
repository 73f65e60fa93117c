"""Agency comes from `people`; its table stays where it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from academy.core.model_moves import relabel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('people', '0005_agency_moves_out'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Agency',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('consent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.consent', verbose_name='consent')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agencies', to=settings.AUTH_USER_MODEL, verbose_name='login')),
                        ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agencies', to='people.volunteer', verbose_name='volunteer')),
                    ],
                    options={
                        'db_table': 'people_agency',
                        'verbose_name': 'acting for somebody',
                        'verbose_name_plural': 'acting for somebody',
                        'constraints': [models.UniqueConstraint(fields=('user', 'volunteer'), name='agency_once')],
                    },
                ),
            ],
        ),
        relabel('agency', source='people', target='families'),
    ]
