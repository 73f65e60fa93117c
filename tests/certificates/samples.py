"""Sheets of certificates, as the services create them."""

from typing import Any

from academy.certificates.sheets import CertificateRow, CertificateSheet

_SERVICES = [
    ("春季社区义诊", "银杏里社区卫生服务站", "测量血压、登记并讲解用药", "2.5"),
    ("周六文明清洁日", "银杏里小区东门", "小区入口秩序维护与垃圾分类引导", "3.0"),
    ("长者探访计划", "", "陪同独居长辈到社区医院复诊", "4.2"),
]


def certificate(rows: int = 10, **fields: Any) -> CertificateSheet:
    services = [_SERVICES[index % len(_SERVICES)] for index in range(rows)]
    filled: dict[str, Any] = {
        "name": "王秀英",
        "volunteer_number": "V2026000012K",
        "hours": "38.5",
        "rows": tuple(
            CertificateRow(
                index=str(index + 1),
                date=f"2026-{1 + index % 11:02}-15",
                activity=activity,
                place=place,
                content=content,
                hours=hours,
            )
            for index, (activity, place, content, hours) in enumerate(services)
        ),
        "period_from": "2026年1月1日",
        "period_to": "2026年11月30日",
        "issuer": "银杏里社区志愿服务队",
        "person_responsible": "周建国",
        "handler": "李敏",
        "telephone": "010-6666 8888",
        "number": "YXL-2026-000123",
        "issued_on": "2026年12月1日",
        "verify_url": "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/",
        "verify_address": "academy.example.org/verify/",
        "verify_code": "7K3M-9QXA-2B4C-5D6E",
    }
    return CertificateSheet(**(filled | fields))
