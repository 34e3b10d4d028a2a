from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequestsConfig(AppConfig):
    name = "requests_app"
    label = "requests_app"
    verbose_name = _("Consultation requests")

    def ready(self) -> None:
        from requests_app import signals  # noqa: F401  (connects; models are not loaded before)
