from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0003_fill_class_hours'),
    ]

    operations = [
        migrations.AlterField(
            model_name='lessoncompletion',
            name='class_hours',
            field=models.DecimalField(decimal_places=1, max_digits=4, verbose_name='class hours'),
        ),
        migrations.RemoveField(
            model_name='coursecompletion',
            name='class_hours',
        ),
    ]
