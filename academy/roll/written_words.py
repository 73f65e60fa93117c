"""The words of lists for yes and no, the sexes, kinds of documents, and an empty cell."""

from academy.profiles.models import DocumentType

SEXES = {"male": {"男", "男性", "m", "male"}, "female": {"女", "女性", "f", "female"}}
YES_WORDS = {
    "是",
    "同意",
    "有",
    "已同意",
    "已签",
    "已签字",
    "愿意",
    "授权",
    "√",
    "✓",
    "✔",
    "☑",
    "y",
    "yes",
    "true",
    "1",
    "ok",
}
NO_WORDS = {
    "否",
    "不同意",
    "无",
    "没有",
    "未签",
    "未同意",
    "不愿意",
    "×",
    "✗",
    "✘",
    "x",
    "n",
    "no",
    "false",
    "0",
    "-",
    "/",
}
DOCUMENTS = {  # the surest first: words of the kind of a document
    DocumentType.FOREIGN: ("永久居留", "外国人居留"),
    DocumentType.RESIDENCE: ("居住证",),
    DocumentType.TAIWAN: ("台湾", "台胞"),
    DocumentType.HONG_KONG_MACAO: ("港澳", "回乡证"),
    DocumentType.PASSPORT: ("护照", "passport", "Passport"),
}
PLACEHOLDERS = {"无", "没有", "暂无", "不详", "-", "--", "/", "\\", "无手机", "无电话", "n/a", "none"}
