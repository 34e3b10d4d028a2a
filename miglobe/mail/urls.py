"""The path that the mail provider calls; joined to the others only when settings.MAIL_WEBHOOK is on."""

from django.conf import settings
from django.urls import path

from miglobe.mail.webhook import report_view

app_name = "mail"
urlpatterns = [path("bericht/", report_view(settings.MAIL_WEBHOOK), name="webhook")]
