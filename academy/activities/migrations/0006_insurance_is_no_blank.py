import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0005_fill_publisher"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('insurance', ''), django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length(django.db.models.functions.text.Trim(django.db.models.functions.text.Replace('insurance', models.Value('\u3000'), models.Value(' ')))), 0), _connector='OR'), name='activity_insurance_is_no_blank'),
        ),
    ]
