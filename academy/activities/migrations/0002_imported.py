from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0001_initial'),
        ('core', '0001_initial'),
        ('people', '0003_marked_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='imported',
            field=models.BooleanField(default=False, editable=False, verbose_name='imported'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('imported', False), ('published_at', None), _connector='OR'), name='activity_imported_never_published'),
        ),
    ]
