"""A roll of 200 lines as an office sends it: most are good, some are dirty, and one line adds them up."""

import datetime as dt
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import PatternFill

HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "出生日期",
    "手机/电话",
    "楼栋",
    "监护人",
    "监护人电话",
    "同意个人信息处理",
    "同意公示",
    "身份证号",
)
FAMILY, GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗", "秀英建国桂兰志强玉珍"
LINES = 200  # at least 30


def _name(number: int) -> str:
    family, rest = divmod(number, len(GIVEN))
    return FAMILY[family] + GIVEN[rest] + "芳明华平"[number % 4]


def _line(number: int) -> list[object]:
    """Return a good line; its birth date is written in one of five ways."""
    day = dt.date(1950 + number % 40, 1 + number % 12, 1 + number % 28)
    written = (
        day.isoformat(),
        dt.datetime(day.year, day.month, day.day),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
    )[number % 5]
    phone: object = f"139{48000000 + number:08}"
    if number % 10 == 3:
        phone = str(phone).translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    elif number % 10 == 4:
        phone = int(str(phone))
    elif number % 10 == 5:
        phone = f"{str(phone)[:3]}-{str(phone)[3:7]}-{str(phone)[7:]}"
    return [number + 1, _name(number), "女", written, phone, f"{1 + number % 20} 栋", "", "", "是", "是", ""]


def dirty_roll(lines: int = LINES) -> bytes:
    """Return the list as a workbook; the lines that need a person stand among the first thirty."""
    rows = [_line(number) for number in range(lines)]
    rows[2][1] = "李梅、王芳"  # two people in a cell
    rows[4][4] = "1394800"  # too short
    rows[6][3] = "1958-2-30"
    rows[8][3:5] = ["2015-5-5", ""]  # a child without a guardian
    rows[10][8] = ""  # no consent to the data
    rows[12][1] = rows[11][1]  # a namesake with another phone
    rows[14] = list(rows[13])  # the same person twice
    rows[16][3:8] = ["2013-5-5", "", "3 栋", "周丽", "13900138000"]  # a child with a guardian
    rows[17][1] = " 欧阳\u200b秀 英 "
    rows[18][4] = "0731-88881234"
    rows[19][10] = 4.30102195803051e17  # a number of 18 digits, as Excel keeps it
    rows[20][10] = "430102195803051234"  # its check digit is wrong
    rows[23][4] = "=E3"
    rows[24][3] = 21249  # Excel's number of a day
    rows[25][3] = "属猴"
    rows[26][1] = ""
    book = Workbook()
    sheet = book.active
    sheet.append(["松林社区志愿者花名册", *[""] * 10])
    sheet.merge_cells("A1:K1")
    sheet.append(list(HEADINGS))
    for number, row in enumerate(rows):
        if number == 28:
            sheet.append(list(HEADINGS))  # as at the head of each printed page
        sheet.append(row)
    sheet.merge_cells("E23:E24")  # one phone for two people
    sheet.append(["合计", f"{lines} 人", *[""] * 9])
    sheet.append(["制表人：孙丽", *[""] * 10])
    sheet.row_dimensions[22].hidden = True
    sheet["ZZ900"].fill = PatternFill("solid", fgColor="FFFF00")
    out = BytesIO()
    book.save(out)
    return out.getvalue()
