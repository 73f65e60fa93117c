from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0004_class_hours_in_one_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='courseversion',
            name='whole',
            field=models.BooleanField(default=True, verbose_name='has all lessons'),
        ),
    ]
