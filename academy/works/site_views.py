"""Pages of the site for works whose users may have no back office: a leader who prints a long roster."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from academy.core import practice
from academy.works import views
from academy.works.models import Work


@method_decorator(never_cache, name="dispatch")
class _OnSite(LoginRequiredMixin, views.OwnWork):
    """Mixin: works of the back office have no page here, as its second factor may guard them."""

    def get_work(self) -> Work:
        work = super().get_work()
        if not work.act.on_site:
            raise Http404
        practice.show(self.request, work.community_id)
        return work


class WorkView(_OnSite, TemplateView):
    """Show how far a work is; when it is over, its file."""

    template_name = "works/work.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**views.context_of(self.get_work(), timezone.now()), **kwargs)


class CancelView(_OnSite, views.CancelView):
    """Stop a work."""


class FileView(_OnSite, views.FileView):
    """Send the file of a work."""
