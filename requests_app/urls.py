"""The paths of a case, face by face."""

from django.urls import include, path

urlpatterns = [
    path("anfrage/", include("requests_app.intake.urls")),
    path("", include("requests_app.casepage.urls")),
    path("beratung/", include("requests_app.workspace.urls")),
]
