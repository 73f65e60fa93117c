"""The activity's picture on its poster."""

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from wagtail.images.models import Image

from academy.checkin import posters
from tests.checkin.times import START
from tests.factories import ActivityFactory
from tests.pictures import png

# Wagtail leaves the files of a picture and of its new rendition to the garbage collector.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]


def colour(pdf: object) -> tuple[int, ...]:
    """Return the colour in the middle of the poster's picture."""
    assert isinstance(pdf, bytes)
    with pypdfium2.PdfDocument(pdf) as document:
        found: tuple[int, ...] = document[0].render(scale=1).to_pil().getpixel((450, 110))
    return found


def test_the_poster_shows_the_activitys_own_picture_and_our_drawing_when_its_file_is_lost() -> None:
    activity = ActivityFactory(title="义诊")
    assert colour(posters.print_pdf(activity=activity, at=START)) != (125, 154, 92)
    activity.cover = Image.objects.create(title="合影", file=ContentFile(png().getvalue(), "1.png"))
    red, green, blue = colour(posters.print_pdf(activity=activity, at=START))
    assert (abs(red - 125) < 4, abs(green - 154) < 4, abs(blue - 92) < 4) == (True, True, True)
    rendition = activity.cover.renditions.get()
    rendition.file.storage.delete(rendition.file.name)
    assert colour(posters.print_pdf(activity=activity, at=START)) != (red, green, blue)


def test_a_drawing_is_printed_as_it_is() -> None:
    activity = ActivityFactory(title="义诊")
    blue = b'<rect width="160" height="90" fill="#00a0ff"/>'
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90">' + blue + b"</svg>"
    activity.cover = Image.objects.create(title="图", file=ContentFile(drawing, "1.svg"))
    assert colour(posters.print_pdf(activity=activity, at=START)) == (0, 160, 255)
