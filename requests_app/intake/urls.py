"""The request form."""

from django.urls import path

from requests_app.intake import direct, entry, not_listed, resume_views, views

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
    path("angaben/<str:token>/", entry.entry, name="entry"),
    path("nicht-in-der-liste/", not_listed.choose, name="not_listed"),
    path(
        "nicht-in-der-liste/verein/",
        not_listed.answer,
        {"way": not_listed.ASSOCIATION},
        name="not_listed_association",
    ),
    path("nicht-in-der-liste/unternehmen/", not_listed.company, name="not_listed_company"),
    path(
        "nicht-in-der-liste/ausserhalb/",
        not_listed.answer,
        {"way": not_listed.ELSEWHERE},
        name="not_listed_elsewhere",
    ),
    path("nicht-in-der-liste/andere/", not_listed.answer, {"way": not_listed.OTHER}, name="not_listed_other"),
]
