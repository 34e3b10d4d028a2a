"""Every path of the portal (German, stable), room by room.

What people open exists in English, too, below /en/. The admin speaks German only, machines none.
"""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("miglobe.ops.urls")),
    path("admin/", admin.site.urls),
    path("konto/", include("miglobe.accounts.provider_urls")),
    *i18n_patterns(
        path("", include("miglobe.site.urls")),
        path("", include("requests_app.urls")),
        path("beratende/", include("advisors.urls")),
        path("konto/profil/", include("advisors.own.urls")),
        path("konto/", include("miglobe.accounts.urls")),
        prefix_default_language=False,
    ),
]

if settings.MAIL_WEBHOOK:
    urlpatterns.append(path("mail/", include("miglobe.mail.urls")))
if settings.DEMO:
    urlpatterns.append(path("demo/", include("miglobe.ops.demo.urls")))
