"""The request form."""

from django.urls import path

from requests_app.intake import direct, resume_views, views

app_name = "intake"
urlpatterns = [
    path("", views.start, name="start"),
    path("direkt/<slug:slug>/", direct.direct, name="direct"),
    path("koordination/", direct.to_coordination, name="to_coordination"),
    path("kommune/", views.page, {"key": "municipality"}, name="municipality"),
    path("anliegen/", views.page, {"key": "concern"}, name="concern"),
    path("wuensche/", views.page, {"key": "wishes"}, name="wishes"),
    path("pruefen/", views.check, name="check"),
    path("spaeter/", resume_views.later, name="later"),
    path("fortsetzen/<str:token>/", resume_views.take_up, name="resume"),
    path("gesendet/", views.sent, name="sent"),
    path("bestaetigen/", views.confirm, name="confirm"),
    path("neuer-code/", views.new_code, name="new_code"),
]
