"""Samples of slips and cards."""

from academy.people.sheets import CardFace, CardsSheet, SlipFace, SlipsSheet


def slips(*names: str) -> SlipsSheet:
    return SlipsSheet(
        community="银杏里社区",
        typed_address="academy.example.org/s/",
        contact="李敏 010-6666 8888",
        slips=tuple(
            SlipFace(
                name=name,
                number=f"V20260000{index:02}K",
                url=f"HTTPS://ACADEMY.EXAMPLE.ORG/S/7K3M9QX{index:03}/",
                code=f"7K3M-9QX{index % 10}-{index // 10:02}",
            )
            for index, name in enumerate(names)
        ),
    )


def cards(*names: str, contact: str = "银杏里社区志愿服务队 010-6666 8888") -> CardsSheet:
    return CardsSheet(
        community="银杏里社区",
        cards=tuple(
            CardFace(
                name=name,
                number=f"V2026{index:06}K",
                community="银杏里社区",
                url=f"HTTPS://ACADEMY.EXAMPLE.ORG/P/7K3M9QXA2B4C{index:04}/",
                contact=contact,
            )
            for index, name in enumerate(names)
        ),
    )
