from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PhotosConfig(AppConfig):
    name = "academy.photos"
    label = "photos"
    verbose_name = _("Photos")

    def ready(self) -> None:
        from academy.activities.models import Activity
        from academy.core.verbs import offer
        from academy.photos.verbs import verbs_of_activity

        offer(Activity, verbs_of_activity)
