"""The agreement that Y's volunteers sign before they visit people at home (A3)."""

import datetime as dt

from academy.agreements import services
from academy.agreements.models import Agreement, Signature
from academy.core.models import Community
from academy.people.models import User, Volunteer
from academy.people.services import logins

TEXT = """一、我按约定的时间和地点参加服务；来不了，提前告诉负责人。
二、上门服务两人同行，不单独进门，不收礼物和钱物，不借钱。
三、服务对象的姓名、住址、身体情况，我不向别人说，不发到网上。
四、活动前社区为我办好意外保险；身体不舒服，我马上停下来告诉负责人。
五、社区如实记录我的服务时间；我对记录有疑问，随时可以提出。"""
SIGNED = ("吴丽华", "张桂兰", "郑小燕")


def sign_agreement(community: Community, *, by: User, at: dt.datetime) -> None:
    """Publish the agreement, and let those who go on home visits sign it on their phones."""
    draft = services.write_draft(
        community=community, kind="agreement", title="志愿服务协议书", text=TEXT, by=by, at=at - dt.timedelta(days=20)
    )
    assert isinstance(draft, Agreement), draft
    agreement = services.publish(agreement=draft, by=by, at=at - dt.timedelta(days=20))
    assert isinstance(agreement, Agreement), agreement
    for name in SIGNED:
        volunteer = Volunteer.objects.filter(community=community, name=name).earliest("pk")
        login = logins.login_for(volunteer=volunteer)
        signature = services.sign(agreement=agreement, volunteer=volunteer, by=login, at=at - dt.timedelta(days=12))
        assert isinstance(signature, Signature), signature
