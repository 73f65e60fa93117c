"""The content of the page of a checked list: figures and first lines, kept for a long list."""

from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from academy.core import encryption
from academy.transfers.models import Upload
from academy.transfers.services.import_lines import DryRun

SHOWN = 200  # lines of one kind on a page: 2,400 took three seconds to draw


class Judgement(NamedTuple):
    """The dry run of a list as its page shows it, in the language of the user who checked it."""

    mark: str  # of `importing.cannot_import`
    good: int  # lines
    bad: int
    unknown: int  # people whom the roll does not have
    head: SafeString
    lines: SafeString
    people: list[int]  # volunteers named there (ids): each look is logged (N4)


def judgement_of(run: DryRun, upload: Upload) -> Judgement:
    """Return what the page shows of this dry run."""
    good, bad = run.good[:SHOWN], run.bad_by_themselves[:SHOWN]
    shown = [*good, *(line for line, _problems in bad)]
    context = {"run": run, "upload": upload, "good": good, "bad": bad, "shown": SHOWN}
    return Judgement(
        mark=run.mark,
        good=len(run.good),
        bad=len(run.bad),
        unknown=len(run.unknown_people),
        head=render_to_string("transfers/admin/judged_head.html", context),
        lines=render_to_string("transfers/admin/judged_lines.html", context),
        people=sorted({line.volunteer.pk for line in shown if line.volunteer}),
    )


def keep(judged: Judgement, upload: Upload) -> None:
    """Store the judgement with its list, sealed: it names people."""
    Upload.objects.filter(pk=upload.pk).update(judged=encryption.seal({"judged": list(judged)}))


def kept(upload: Upload) -> Judgement | None:
    """Return the stored judgement; None if the list was not judged with its present columns."""
    try:
        stored: list[Any] = encryption.unseal(upload.judged)["judged"] if upload.judged else []
    except encryption.DecryptionError:  # its master key is gone
        return None
    if not stored:
        return None
    judged = Judgement(*stored)
    # Our own templates rendered both, and escaped each value.
    return judged._replace(head=mark_safe(judged.head), lines=mark_safe(judged.lines))
