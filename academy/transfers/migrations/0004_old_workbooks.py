from django.db import migrations, models

import academy.core.files


class Migration(migrations.Migration):
    dependencies = [
        ("transfers", "0003_checked_in_the_background"),
    ]

    operations = [
        migrations.AlterField(
            model_name="upload",
            name="file",
            field=models.FileField(
                help_text="CSV or Excel (.xlsx, .xls), up to 5 MB.",
                storage=academy.core.files.PrivateFiles(),
                upload_to=academy.core.files.Unguessable("imports"),
                verbose_name="file",
            ),
        ),
    ]
