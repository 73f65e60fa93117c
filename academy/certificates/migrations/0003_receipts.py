from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0002_kinds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='verification code')),
                ('lines', models.JSONField(verbose_name='lines')),
                ('checked_at', models.DateTimeField(verbose_name='checked at')),
                ('key', models.CharField(max_length=16, verbose_name='key')),
                ('signature', models.CharField(max_length=86, verbose_name='signature')),
            ],
            options={
                'verbose_name': 'receipt of a check',
                'verbose_name_plural': 'receipts of checks',
            },
        ),
    ]
