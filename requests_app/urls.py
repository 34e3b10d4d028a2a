"""The paths of a case, face by face."""

from django.urls import include, path

from requests_app.workspace import calendar

urlpatterns = [
    path("anfrage/", include("requests_app.intake.urls")),
    path("", include("requests_app.casepage.urls")),
    path("beratung/", include("requests_app.workspace.urls")),
    # Read by calendar programs, which cannot sign in: whoever knows the address may.
    path("kalender/<str:token>.ics", calendar.feed, name="calendar_feed"),
]
