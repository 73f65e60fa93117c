"""Accident records for tests."""

import datetime as dt
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from academy.accidents import services
from academy.accidents.accounts import Account
from academy.accidents.models import Accident
from tests.hours.scene import Scene, moment

HAPPENED = moment("10:20")
NOON = moment("12:00")
ANKLE = Account(what="下台阶时扭了脚踝", place="3 栋门口", done="冰敷，送到社区卫生站", witnesses="李建国")


def record(
    scene: Scene,
    activity: Any,
    *hurt: Any,
    account: Account = ANKLE,
    key: UUID | None = None,
    by: Any = None,
    at: dt.datetime = NOON,
    happened_at: dt.datetime = HAPPENED,
    complete: bool = False,
) -> Any:
    return services.record(
        key=key or uuid4(),
        activity=activity,
        account=account,
        hurt=hurt,
        happened_at=happened_at,
        complete=complete,
        by=by or scene.leading,
        at=at,
    )


def recorded(scene: Scene, activity: Any, *hurt: Any, **more: Any) -> Accident:
    answer = record(scene, activity, *hurt, **more)
    assert isinstance(answer, Accident), answer
    return answer


def photo(width: int = 2400, height: int = 1200, kind: str = "JPEG", **more: Any) -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, height), "#3a7").save(data, kind, **more)
    return data.getvalue()


def photo_with_place() -> bytes:
    """Return a photo as a phone takes it: turned, with the place in its data."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    exif.get_ifd(0x8825)[1] = "N"  # of the place
    exif.get_ifd(0x8825)[2] = (28.0, 14.0, 5.0)
    exif[0x8825] = exif.get_ifd(0x8825)
    return photo(exif=exif)
