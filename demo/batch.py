"""A batch of 120 certificates of people whose service comes from a list of the desk."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from academy.certificates import batches
from academy.certificates.batch_models import Batch
from academy.certificates.works import IssuingCertificates
from academy.core.models import Community
from academy.hours.models import Import
from academy.hours.services import notices
from academy.people.models import Issuer, User, Volunteer
from academy.transfers.models import Upload
from academy.transfers.services import importing, imports
from academy.transfers.services.import_lines import DryRun
from academy.works import services as works
from demo import accounts

PEOPLE = 120
WEEKS_AGO = 30
HEADINGS = "志愿者编号,日期,活动,开始,结束,地点,服务内容"
FIELDS = ("number", "date", "title", "begins", "ends", "place", "content")
TIMES = ("8:30,11:00", "9:00,11:30", "14:00,16:30")


def add_batch(community: Community, *, by: User, at: dt.datetime) -> None:
    """Record service of 120 neighbours, and begin a batch of their certificates, once."""
    if Batch.objects.filter(community=community).exists():
        return
    issuer = Issuer.objects.filter(community=community).earliest("pk")
    idle = Volunteer.objects.present().filter(community=community, service_records=None, user=None)
    people = list(idle.order_by("pk")[:PEOPLE])
    day = timezone.localdate(at) - dt.timedelta(weeks=WEEKS_AGO)
    regular = Volunteer.objects.get(community=community, name=accounts.VOLUNTEER.name)
    lines = [
        f"{person.number},{day},春季清洁日,{TIMES[place % len(TIMES)]},小区楼道与绿化带,清理楼道杂物、擦洗扶手"
        for place, person in enumerate([*people, regular])
    ]
    import_service(issuer, lines, name="春季清洁日签到表.csv", by=by, at=at)
    batch = batches.begin_batch(
        issuer=issuer,
        kind="service",
        period=(timezone.localdate(at) - dt.timedelta(days=365), timezone.localdate(at)),
        people=people,
        key="demonstration",
        by=by,
        at=at,
    )
    assert isinstance(batch, Batch), batch
    works.begin(
        kind=IssuingCertificates, community=community, order={"batch": batch.pk}, total=len(people), by=by, at=at
    )


def import_service(issuer: Issuer, lines: Sequence[str], *, name: str, by: User, at: dt.datetime) -> None:
    """Import past service from a list of the desk; it is effective at once."""
    community = issuer.community
    leader = Volunteer.objects.filter(community=community, name=accounts.INSTRUCTOR.name).earliest("pk")
    upload = imports.keep_upload(
        community=community,
        issuer=issuer,
        leader=leader,
        name=name,
        content="\n".join([HEADINGS, *lines]).encode(),
        by=by,
        at=at,
    )
    assert isinstance(upload, Upload), upload
    chosen = imports.choose_columns(
        upload=upload,
        header=1,
        columns={field: place for place, field in enumerate(FIELDS)},
        for_all={"organiser": issuer.name},
        by=by,
    )
    assert isinstance(chosen, Upload), chosen
    run = imports.dry_run(upload=chosen, by=by, at=at)
    assert isinstance(run, DryRun) and not run.bad, run
    done = importing.import_rows(upload=chosen, mark=run.mark, only_if_all_are_good=True, by=by, at=at)
    assert isinstance(done, Import), done
    notices.end_notices(at=at)
