"""The public pages of the portal."""

from django.urls import path

from miglobe.site import notices_page, views

app_name = "site"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("bevor-sie-anfragen/", views.before_asking, name="before_asking"),
    path("ablauf/", views.process, name="process"),
    path("haeufige-fragen/", views.faq, name="faq"),
    path("hilfe/", views.help_page, name="help"),
    path("impressum/", views.imprint, name="imprint"),
    path("datenschutz/", views.privacy, name="privacy"),
    path("barrierefreiheit/", views.accessibility, name="accessibility"),
    path("barriere-melden/", views.report_barrier, name="report_barrier"),
    path("konto/mails/", notices_page.choose, name="notices"),
    path("leichte-sprache/", views.easy_language, name="easy_language"),
]
