"""Pictures of the library are shown without hidden data: no place, no camera, no thumbnail, no remark."""

from willow.plugins.pillow import PillowImage
from willow.registry import registry

# Data that browsers need to draw a picture. Willow would write the rest of a photo's data into every size of it.
NEEDED = ("icc_profile", "transparency")


def drop_hidden_data() -> None:
    """Let the first step of each rendition, which turns the photo upright, leave its hidden data behind."""
    registry.register_operation(PillowImage, "auto_orient", _upright)


def _upright(picture: PillowImage) -> PillowImage:
    upright = PillowImage.auto_orient(picture)
    info = upright.image.info
    upright.image.info = {name: info[name] for name in NEEDED if name in info}
    return upright
