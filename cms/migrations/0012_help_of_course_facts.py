import django.core.validators
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cms", "0011_lesson_blocks_and_course_facts"), ("learning", "0006_write_as_the_release_before")]

    operations = [
        migrations.AlterField(
            model_name="coursepage",
            name="requires",
            field=modelcluster.fields.ParentalManyToManyField(
                blank=True,
                help_text="Everybody may read this course. It counts for those who have completed these.",
                related_name="+",
                to="learning.course",
                verbose_name="to be completed first",
            ),
        ),
        migrations.AlterField(
            model_name="coursepage",
            name="valid_years",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="First aid: 3. Then a person takes a class of it once more, and the earlier record stays. "
                "Empty: it never expires.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(10),
                ],
                verbose_name="valid for (years)",
            ),
        ),
    ]
