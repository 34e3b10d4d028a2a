from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "miglobe.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from anymail.signals import tracking as told

        from miglobe.mail import checks  # noqa: F401  (registers; models are not loaded before)
        from miglobe.mail.tracking import note_event

        told.connect(note_event, dispatch_uid="miglobe.mail")
        # Each app registers the kinds of mail that it sends.
        autodiscover_modules("mail_kinds")
