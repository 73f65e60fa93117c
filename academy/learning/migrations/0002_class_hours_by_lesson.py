from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='lessoncompletion',
            name='class_hours',
            field=models.DecimalField(decimal_places=1, max_digits=4, null=True, verbose_name='class hours'),
        ),
    ]
