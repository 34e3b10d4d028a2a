"""The paths of the host's own identity provider: one address each, as they are registered there."""

from allauth.socialaccount import views as social
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []

if settings.OIDC_NAME:
    urlpatterns += [
        path("", include("allauth.socialaccount.providers.openid_connect.urls")),
        path("anbieter/abgebrochen/", social.login_cancelled, name="socialaccount_login_cancelled"),
        path("anbieter/fehler/", login_not_required(social.login_error), name="socialaccount_login_error"),
    ]
