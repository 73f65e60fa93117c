import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advancement', '0002_promotions'),
        ('units', '0004_days_of_memberships'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnitCommendation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('text', models.CharField(max_length=200, verbose_name='what for')),
                ('given_on', models.DateField(verbose_name='given on')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded at')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commendations', to='units.unit', verbose_name='local unit')),
            ],
            options={
                'verbose_name': 'commendation of a unit',
                'verbose_name_plural': 'commendations of units',
                'ordering': ['-given_on', '-id'],
            },
        ),
    ]
