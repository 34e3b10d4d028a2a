from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "miglobe.site"
    label = "site"
    verbose_name = _("Portal")


class PortalAdminConfig(AdminConfig):
    """Django's admin with our own site object: our sign-in, our theme, our index."""

    default_site = "miglobe.site.admin_site.PortalAdminSite"
