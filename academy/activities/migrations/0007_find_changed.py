from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0006_insurance_is_no_blank"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("changed_at__isnull", False)),
                fields=["changed_at"],
                name="activity_to_count_again",
            ),
        ),
    ]
