"""Forms of our pages in the back office."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.models import Page

from academy.core.http import read_id
from academy.learning.models import Course
from academy.learning.services import waits_for
from cms.bounds import FILES, visible_to


class OwnReferencesForm(WagtailAdminPageForm):
    """Form of a page that refuses pages and files which its editor may not see.

    Choosers offer none of them, so only a forged form names one. It is refused as a whole: shown again, it would draw
    the title, and a published page would make the file readable for everybody. References that the page already has
    stay.

    A new page may come without the name for its address: the editor's script fills it in only once its author leaves
    the title, and Wagtail makes one of the title.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """Return the name for the address; of a new page with a number, if a page beside it has that name.

        Two lessons may have one title. Its author would look in vain for the fault on this tab.
        """
        typed: str = self.cleaned_data["slug"]
        if self.instance.pk is not None or not typed:
            return typed
        names = (f"{typed}-{number}" if number > 1 else typed for number in count(1))
        return next(name for name in names if Page._slug_is_available(name, self.parent_page, self.instance))

    def full_clean(self) -> None:
        if self.is_bound:
            self._check_references()
        super().full_clean()

    def _check_references(self) -> None:
        added: dict[type[Model], set[str]] = {}
        for field in self._meta.model._meta.fields:
            if field.name not in self.fields or not (_names_a_file(field) or hasattr(field, "extract_references")):
                continue
            widget = self.fields[field.name].widget
            sent = widget.value_from_datadict(self.data, self.files, self.add_prefix(field.name))
            known = set(_references(field, self.initial.get(field.name)))
            for model, pk in set(_references(field, sent)) - known:
                added.setdefault(model, set()).add(pk)
        for model, pks in added.items():
            if visible_to(self.for_user, model).filter(pk__in=pks).count() < len(pks):
                raise PermissionDenied


class TranslationForm(OwnReferencesForm):
    """Form of a course or a lesson. That of a translation leaves out the fields that its original decides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_translation:
            for name in self.instance.OF_THE_ORIGINAL:
                self.fields.pop(name, None)  # the panel of a field that is not in the form is not shown


class CourseForm(TranslationForm):
    """Form of a course, which offers the other published courses of its community as prerequisites."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_translation:
            self.fields.pop("requires", None)
        elif "requires" in self.fields:
            page = self.instance if self.instance.path else self.parent_page.specific
            others = Course.objects.filter(community=page.home.community_id).exclude(pk=self.instance.course_id)
            self.fields["requires"].queryset = others.order_by("title")

    def clean_requires(self) -> Any:
        """Refuse a circle of courses that no learner could begin."""
        chosen, own = self.cleaned_data["requires"], self.instance.course
        for course in chosen if own is not None else ():
            if waits_for(course=own, requires=[course]):
                sentence = _("“%(course)s” itself asks for this course first. Learners could begin neither.")
                raise ValidationError(sentence, "circle", {"course": str(course)})
        return chosen


def _names_a_file(field: Any) -> bool:
    return field.is_relation and issubclass(field.related_model, FILES)


def _references(field: Any, value: Any) -> Iterator[tuple[type[Model], str]]:
    if not value:
        return
    if _names_a_file(field):
        if pk := read_id(str(value)):
            yield field.related_model, str(pk)
    else:
        yield from ((model, str(pk)) for model, pk, *_path in field.extract_references(value))
