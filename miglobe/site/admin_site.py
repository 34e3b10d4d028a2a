"""The admin site of the coordinators: Django's own, with the portal's sign-in."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_header = _("Coordination")
    site_title = _("MiGlobe coordination")
    index_title = _("Overview")
    site_url = "/"

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponseBase:
        """Send people to the one sign-in of the portal, second factor included."""
        return redirect_to_login(request.get_full_path(), login_url="account_login")
