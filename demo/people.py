"""Ten volunteers of the Y community; some names have rare characters, as real names do."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    name: str
    phone: str
    born: dt.date | None


VOLUNTEERS = (
    Person("王秀英", "13800000001", dt.date(1957, 3, 8)),
    Person("陈志强", "13800000002", dt.date(1978, 11, 2)),
    Person("李建国", "13900000011", dt.date(1955, 6, 21)),
    Person("张桂兰", "13900000011", dt.date(1958, 1, 30)),  # shares her husband's phone (R4)
    Person("刘䶮", "13900000012", dt.date(1990, 9, 14)),
    Person("赵淑珍", "", dt.date(1949, 12, 5)),  # has no phone
    Person("吴丽华", "13900000013", dt.date(1966, 4, 17)),
    Person("孙㛃", "13900000014", dt.date(2001, 7, 9)),
    Person("郑小燕", "13900000015", dt.date(1985, 2, 26)),
    Person("欧阳明", "13900000016", None),
)
