"""A step of renditions: `atmost-9000` makes a JPEG of at most so many bytes, of any photo."""

from io import BytesIO
from typing import Any

from wagtail.images.image_operations import FilterOperation

LEAST_QUALITY = 20  # below it, fewer points look better
STEP = 6
SMALLEST = 160  # points wide


class AtMostOperation(FilterOperation):
    """Lower the quality, then the size, until the JPEG weighs little enough."""

    def construct(self, most: str) -> None:
        self.most = int(most)

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> Any:
        if willow.has_alpha():
            willow = willow.set_background_color_rgb((255, 255, 255))
        best = env.get("jpeg-quality", LEAST_QUALITY)
        while True:
            for quality in range(best, LEAST_QUALITY - 1, -STEP):
                env["jpeg-quality"] = quality
                if _weight(willow, quality) <= self.most:
                    return willow
            width, height = willow.get_size()
            if width <= SMALLEST:
                return willow
            willow, best = willow.resize((round(width * 0.85), round(height * 0.85))), LEAST_QUALITY + STEP


def _weight(willow: Any, quality: int) -> int:
    """Return the bytes of the JPEG as Wagtail will store it."""
    file = BytesIO()
    willow.save_as_jpeg(file, quality=quality, progressive=True, optimize=True, apply_optimizers=False)
    return file.tell()
