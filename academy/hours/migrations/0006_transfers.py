from django.db import migrations


class Migration(migrations.Migration):
    """Give three models a noun as their name, and hand four over to `transfers`. No table and no row changes."""

    dependencies = [
        ("hours", "0005_handing_over"),
    ]

    operations = [
        # With its table named, renaming a model changes its state and its content type alone.
        migrations.AlterModelTable("TakenBack", "hours_takenback"),
        migrations.RenameModel("TakenBack", "ImportReversal"),
        migrations.AlterModelTable("ExportForm", "hours_exportform"),
        migrations.RenameModel("ExportForm", "PlatformWorkbook"),
        migrations.AlterModelTable("HandedOver", "hours_handedover"),
        migrations.RenameModel("HandedOver", "PlatformHandover"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("Handover", "records"),
                migrations.DeleteModel("PlatformHandover"),
                migrations.DeleteModel("Handover"),
                migrations.DeleteModel("PlatformWorkbook"),
                migrations.DeleteModel("Upload"),
            ]
        ),
    ]
