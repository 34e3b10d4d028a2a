from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "miglobe.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from anymail.signals import tracking as told

        from miglobe.mail.tracking import note_event  # models are not loaded before

        told.connect(note_event, dispatch_uid="miglobe.mail")
