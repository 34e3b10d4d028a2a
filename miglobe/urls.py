"""Every path of the portal (German, stable), room by room."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("miglobe.ops.urls")),
    path("", include("miglobe.site.urls")),
    path("", include("requests_app.urls")),
    path("admin/", admin.site.urls),
    path("konto/", include("miglobe.accounts.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("miglobe.ops.demo.urls")))
