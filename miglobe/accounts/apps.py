from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "miglobe.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # Here, because the receivers need the models of allauth.
        from miglobe.accounts import signals  # noqa: F401 - importing connects them
