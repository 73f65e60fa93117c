from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0001_initial'),
    ]

    operations = [
        # Courses that are published already were completed by their published lessons, and go on so.
        migrations.AddField(
            model_name='coursepage',
            name='finished',
            field=models.BooleanField(default=True, help_text='Learners earn class hours lesson by lesson, and complete the course only after you tick this. Remove the tick before you add several lessons to a finished course.', verbose_name='all lessons are published'),
        ),
        migrations.AlterField(
            model_name='coursepage',
            name='finished',
            field=models.BooleanField(default=False, help_text='Learners earn class hours lesson by lesson, and complete the course only after you tick this. Remove the tick before you add several lessons to a finished course.', verbose_name='all lessons are published'),
        ),
    ]
