"""The columns of a list of people: their fields, and a guess by their headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from academy.people import numbers
from academy.tables import headings
from academy.tables.reading import HEADINGS_WITHIN, Line

# The headings that each field may have, the surest first. A heading may also contain a word, so the fields of other
# people stand first: 监护人电话 is no phone of the person.
FIELDS: dict[str, tuple[str, ...]] = {
    "guardian_phone": ("监护人电话", "监护人手机", "监护人联系", "家长电话", "家长手机", "家长联系", "guardianphone"),
    "guardian": ("监护人姓名", "监护人", "家长姓名", "家长", "guardian"),
    "emergency_relation": ("紧急联系人关系", "与本人关系", "emergencyrelation", "relationtotheperson"),
    "emergency_phone": (
        "紧急联系人电话",
        "紧急联系电话",
        "紧急联系人手机",
        "紧急电话",
        "emergencyphone",
        "phoneoftheemergencycontact",
    ),
    "emergency": ("紧急联系人", "紧急联络人", "emergencycontact"),
    "consent_registration": (
        "同意个人信息处理",
        "个人信息处理同意",
        "个人信息授权",
        "同意个人信息",
        "同意登记",
        "知情同意",
        "consentdata",
        "dataconsent",
        "consenttotheroll",
    ),
    "consent_public_notice": (
        "同意公示",
        "公示同意",
        "是否公示",
        "consentnotice",
        "consentpublicnotice",
        "consenttothepublicnotice",
    ),
    "consent_photos": (
        "同意照片",
        "同意拍照",
        "同意使用照片",
        "肖像授权",
        "肖像",
        "consentphotos",
        "consentphoto",
        "consenttophotos",
    ),
    "consent_messages": (
        "同意短信",
        "同意消息",
        "同意接收",
        "接收短信",
        "接收消息",
        "consentmessages",
        "consenttomessages",
    ),
    "consent_document": (
        "同意留存证件号",
        "同意保存证件号",
        "同意留存身份证号",
        "同意保存身份证号",
        "consentdocument",
        "consenttokeepingtheidnumber",
    ),
    "id_type": ("证件类型", "证件种类", "证件名称", "idtype", "documenttype"),
    "id_number": ("身份证号", "身份证号码", "证件号码", "证件号", "身份证", "身份号码", "idnumber", "idcard"),
    "birth_date": ("出生日期", "出生年月日", "生日", "出生年月", "出生", "birthdate", "birthday", "dateofbirth"),
    "sex": ("性别", "sex", "gender"),
    "landline": ("座机", "固定电话", "固话", "家庭电话", "landline"),
    "phone": (
        "手机",
        "手机号",
        "手机号码",
        "联系电话",
        "电话",
        "电话号码",
        "联系方式",
        "移动电话",
        "手机/电话",
        "phone",
        "mobile",
        "telephone",
        "tel",
    ),
    "address": (
        "地址",
        "家庭住址",
        "住址",
        "居住地址",
        "居住区域",
        "楼栋",
        "楼号",
        "楼栋号",
        "门牌",
        "房号",
        "address",
        "building",
        "areaofresidence",
    ),
    "unit": (
        "所属单位",
        "辖区单位",
        "单位名称",
        "所在单位",
        "工作单位",
        "社会组织",
        "单位",
        "localunit",
        "unit",
        "organisation",
        "organization",
    ),
    "skills": ("技能", "特长", "专长", "服务技能", "skills", "skill"),
    # Lists of higher platforms call their numbers 志愿者编号 too: `guess` looks at the cells below.
    "number": ("志愿者编号", "volunteernumber"),
    "platform_number": (
        "上级平台志愿者编号",
        "平台志愿者编号",
        "平台编号",
        "志愿云编号",
        "numberonthehigherplatform",
        "platformnumber",
    ),
    "group": ("小组", "组别", "所属小组", "队伍", "服务队", "网格", "team", "group"),
    "note": ("备注", "说明", "note", "remark"),
    "name": ("姓名", "志愿者姓名", "名字", "志愿者", "name", "volunteer", "fullname"),
}
STORED = (  # beside the consents
    "name",
    "phone",
    "landline",
    "birth_date",
    "guardian",
    "sex",
    "id_type",
    "id_number",
    "address",
    "emergency",
    "emergency_relation",
    "emergency_phone",
    "skills",
    "number",
    "platform_number",
    "unit",
)
CONSENTS = {  # the name of the kind of each consent
    "consent_registration": "REGISTRATION",
    "consent_public_notice": "PUBLIC_NOTICE",
    "consent_photos": "PHOTOS",
    "consent_messages": "MESSAGES",
    "consent_document": "DOCUMENT",
}


@dataclass(frozen=True)
class ColumnGuess:
    """The line of the headings (its number; 0 without one) and the column of each field."""

    header: int
    columns: Mapping[str, int]
    headings: tuple[str, ...] = ()


def guess(lines: Sequence[Line]) -> ColumnGuess:
    """Return the first line that names the person and most fields, with its columns.

    Only the top of the file is looked at. Without headings no column is guessed.
    """
    first = lines[:HEADINGS_WITHIN]
    if first:
        rows = [[None if _is_wide(line, place) else cell for place, cell in enumerate(line.cells)] for line in first]
        place, columns = headings.find(rows, FIELDS, partly=True)
        if "name" in columns:
            texts = tuple(first[place].text(column) for column in range(len(first[place].cells)))
            columns = _with_platform(columns, first[place + 1 :])
            return ColumnGuess(first[place].number, columns, texts)
    return ColumnGuess(0, {})


def _with_platform(columns: dict[str, int], below: Sequence[Line]) -> dict[str, int]:
    """Return the columns; the numbers of a column without any of ours are those of a higher platform."""
    column = columns.get("number")
    texts = [text for line in below if (text := line.text(column))]
    if column is None or "platform_number" in columns or not texts or any(map(numbers.read, texts)):
        return columns
    return {"platform_number" if name == "number" else name: place for name, place in columns.items()}


def _is_wide(line: Line, place: int) -> bool:
    """Return whether a title that begins to the left covers the cell: its text names no column."""
    return line.covered.get(place) == line.number
