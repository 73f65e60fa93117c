from django.db import migrations, models


class Migration(migrations.Migration):
    """A migration of its own: PostgreSQL alters no table with rows that the same transaction has changed."""

    dependencies = [
        ("hours", "0010_keep_particulars"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='servicerecord',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_at', None), models.Q(('issuer__isnull', False), ('leader__isnull', False), ('particulars__isnull', False)), _connector='OR'), name='record_settled_keeps_its_particulars'),
        ),
    ]
