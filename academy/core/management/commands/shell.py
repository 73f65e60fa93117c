import importlib
import importlib.util
import pkgutil
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.commands import shell


class Command(shell.Command):
    help = "Opens a Python shell with the models, and with each app's services under the app's name."

    def get_namespace(self, **options: Any) -> dict[str, Any]:
        namespace: dict[str, Any] = super().get_namespace(**options)
        if options.get("no_imports"):
            return namespace
        services = services_by_app()
        if options.get("verbosity", 1):
            self.stdout.write(f"Services: {', '.join(services)}\n\n")
        return {**namespace, **services}


def services_by_app() -> dict[str, ModuleType]:
    """Return the services of each of our apps, with the modules of a package imported."""
    found = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.services"
        if config.path.startswith(str(settings.BASE_DIR)) and importlib.util.find_spec(name):
            module = found[config.label] = importlib.import_module(name)
            for part in pkgutil.iter_modules(getattr(module, "__path__", ())):
                importlib.import_module(f"{name}.{part.name}")
    return found
