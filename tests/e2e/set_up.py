"""The words that a newcomer types into the steps of the first set-up."""

PASSWORD = "梧桐树下的第三排第三个座位"
STEPS: list[dict[str, str]] = [
    {"name": "松林社区"},
    {"issuer": "松林社区居民委员会", "person_responsible": "赵敏", "handler": "孙丽", "telephone": "0731-88881234"},
    {"address": "松林路 8 号 102 室"},
    {
        "administrator": "周静",
        "administrator_phone": "13900000001",
        "social_worker": "李梅",
        "social_worker_phone": "13900000002",
        "approver": "王建国",
        "approver_phone": "13900000003",
    },
    {},  # the rules as they are
    {},  # the pages
]
