import atexit

from django.apps import AppConfig
from django.db import connections
from django.utils.translation import gettext_lazy as _


class OpsConfig(AppConfig):
    name = "miglobe.ops"
    label = "ops"
    verbose_name = _("Operations")

    def ready(self) -> None:
        atexit.register(close_database_pools)


def close_database_pools() -> None:
    """End the threads of the database pool; left to itself, Python waits half a minute for them."""
    for connection in connections.all():
        close_pool = getattr(connection, "close_pool", None)  # PostgreSQL's alone
        if close_pool:
            close_pool()
