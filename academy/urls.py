from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern

from academy.core.views import health, not_found, picture
from academy.people.account import account
from academy.people.views import admin_sign_in
from cms.set_up_views import empty_first
from cms.views import page

urlpatterns = [
    path("health/", health, name="health"),
    path("", include("academy.checkin.urls")),  # the gate first: a crowd waits there
    path("", include("academy.core.urls")),
    path("admin/failwhale/", not_found),  # Wagtail raises an error there, to show its error page
    path("admin/login/", empty_first(admin_sign_in)),
    path("admin/account/", account),
    path("admin/", include("cms.admin_urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("academy.people.account_urls")),
    path("", include("academy.families.urls")),
    path("", include("academy.decisions.urls")),
    path("", include("academy.rulebook.urls")),
    path("", include("academy.profiles.urls")),
    path("", include("academy.learning.urls")),
    path("", include("academy.agreements.urls")),
    path("", include("academy.own_data.urls")),
    path("activities/", include("academy.activities.urls")),
    path("", include("academy.rotas.urls")),
    path("", include("academy.proposals.urls")),
    path("", include("academy.feedback.urls")),
    path("", include("academy.photos.urls")),
    path("", include("academy.classes.urls")),
    path("", include("academy.groups.urls")),
    path("", include("academy.calendars.urls")),
    path("", include("academy.accidents.urls")),
    path("", include("academy.certificates.urls")),
    path("", include("academy.passes.urls")),
    path("", include("academy.audit.urls")),
    path("", include("academy.works.urls")),
    path("", include("academy.home.urls")),
    path("", include("academy.lead.urls")),
    path("", include("academy.desk.urls")),
    path("", include("cms.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    # Only pictures: Wagtail serves documents, after a check of their collection. The proxies of deploy/ send pictures
    # themselves.
    re_path(r"^media/(?P<path>images/.+)$", picture),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()

# Only the pages have a language prefix; for other addresses the cookie decides.
urlpatterns += i18n_patterns(re_path(serve_pattern, page, name="wagtail_serve"))
