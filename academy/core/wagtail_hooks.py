from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.images.image_operations import Operation

from academy.core.image_weights import AtMostOperation


@hooks.register("insert_global_admin_css")
def colours() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("insert_global_admin_js")
def typed_dates() -> str:
    return format_html('<script src="{}"></script>', static("js/dates.js"))


@hooks.register("register_image_operations")
def image_operations() -> list[tuple[str, type[Operation]]]:
    return [("atmost", AtMostOperation)]
