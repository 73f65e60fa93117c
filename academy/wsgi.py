import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "academy.settings.production")

application = get_wsgi_application()

# Commands learn this from a system check; a web server runs none.
from django.db import connections  # noqa: E402

from academy.core import page_cache  # noqa: E402
from academy.people.services import master_keys  # noqa: E402
from cms import set_up_key  # noqa: E402

page_cache.forget()  # those of the release before name files that are gone
_complaint = master_keys.complaint()
set_up_key.announce()
connections.close_all()  # gunicorn may fork after this
if _complaint:
    raise ImproperlyConfigured(_complaint)
