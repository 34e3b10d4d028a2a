"""The admin site of the coordinators: Django's own, with the portal's sign-in."""

from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from miglobe.accounts.carrying import carried_over
from miglobe.accounts.models import User
from miglobe.accounts.roles import STAFF_ROLES, Role
from miglobe.site.django_strings import AdminScriptCatalog

# Tables behind sign-in and second factor: nobody reads or edits them by hand.
NOT_SHOWN = frozenset({"account", "auth", "mfa", "socialaccount"})
# The lists that have an entry of their own in the navigation, in this order; the others are under "More".
MAIN_LISTS = (
    "requests_app.case",
    "requests_app.caseoverview",
    "advisors.advisor",
    "mail.outboxmessage",
    "site.portalsettings",
)


# All that readers may open here; what is added to the admin one day is closed to them by itself.
OPEN_TO_READERS = frozenset(
    {
        "index",
        "app_list",
        "logout",
        "password_change",
        "password_change_done",
        "jsi18n",
        "requests_app_caseoverview_changelist",
        "requests_app_caseoverview_csv",
        "requests_app_caseoverview_xlsx",
        "requests_app_case_follow_ups",
        "requests_app_municipality_changelist",
        "requests_app_municipality_change",
    }
)


@dataclass(frozen=True)
class Room:
    """One entry of the admin's navigation."""

    label: str
    url: str
    current: bool


class PortalAdminSite(AdminSite):
    site_header = _("Coordination")
    site_title = _("MiGlobe coordination")
    index_title = _("Overview")
    site_url = "/"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        one = isinstance(model_or_iterable, ModelBase)
        models: list[Any] = [model_or_iterable] if one else model_or_iterable
        shown = [model for model in models if model._meta.app_label not in NOT_SHOWN]
        super().register(shown, admin_class, **options)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out as elsewhere in the portal: an unfinished request in this browser stays."""
        with carried_over(request):
            return super().logout(request, extra_context)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's guard, but whoever is signed in and has no business here gets a 403, not a sign-in."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self._is_open_to(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def _is_open_to(self, request: HttpRequest) -> bool:
        """Whether this page can be the signed-in person's at all; its own permission is asked besides."""
        if not self.has_permission(request):
            return False
        reads_only = cast(User, request.user).roles & STAFF_ROLES == {Role.READER}
        match = request.resolver_match
        return not reads_only or (match is not None and match.url_name in OPEN_TO_READERS)

    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return cast(HttpResponse, AdminScriptCatalog.as_view()(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Django's context, and the navigation above the page: what this person may see."""
        context = super().each_context(request)
        return context | self._navigation(request.path, context["available_apps"])

    def _navigation(self, path: str, apps: list[dict[str, Any]]) -> dict[str, Any]:
        if not apps:
            return {}
        lists = {
            f"{app['app_label']}.{model['object_name'].lower()}": Room(
                str(model["name"]), model["admin_url"], path.startswith(model["admin_url"])
            )
            for app in apps
            for model in app["models"]
            if model["admin_url"]
        }
        index = reverse("admin:index", current_app=self.name)
        main = [lists.pop(name) for name in MAIN_LISTS if name in lists]
        return {
            "rooms": [Room(str(self.index_title), index, path == index), *main],
            "more_rooms": list(lists.values()),
            "more_is_current": any(room.current for room in lists.values()),
        }

    @method_decorator(login_not_required)
    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one sign-in of the portal, and back to the page they wanted.

        Who is signed in already and lands here has no business in the admin: 403.
        """
        index = reverse("admin:index", current_app=self.name)
        wanted = request.GET.get(REDIRECT_FIELD_NAME, index)
        if self.has_permission(request):
            return redirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(wanted, login_url="account_login")

    # Django types its page as a TemplateResponse; ours leads elsewhere.
    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The portal has one page for this, whatever one's role."""
        return redirect("account_change_password")
