"""Every path of the portal (German, stable), room by room."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("miglobe.site.urls")),
    path("admin/", admin.site.urls),
    path("konto/", include("allauth.urls")),
]
