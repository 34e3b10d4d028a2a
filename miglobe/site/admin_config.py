from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Django's admin with our own site object: our sign-in, our theme, our index."""

    default_site = "miglobe.site.admin_site.PortalAdminSite"
