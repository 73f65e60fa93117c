"""`python -m tests.soak.read_everything`: read each row of each model, each log entry's type."""

import django


def main() -> None:
    django.setup()
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import ModelLogEntry

    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed:
            rows = len(list(model._base_manager.all()))
            print(f"{model._meta.db_table} {rows}")
    used = ContentType.objects.filter(pk__in=ModelLogEntry.objects.values("content_type"))
    lost = [str(content_type) for content_type in used if content_type.model_class() is None]
    assert not lost, f"log entries of models that are gone: {lost}"


if __name__ == "__main__":
    main()
