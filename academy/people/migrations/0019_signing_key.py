from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0018_words_about_minors'),
    ]

    operations = [
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('name', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('public', models.CharField(max_length=43)),
                ('sealed', models.TextField(blank=True)),
                ('is_current', models.BooleanField(null=True, unique=True)),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('distrusted_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('distrusted_at', None), ('ended_at', None), ('is_current__isnull', False), models.Q(('sealed', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('is_current', None), ('sealed', '')), _connector='OR'), name='signing_key_current_or_ended')],
            },
        ),
    ]
