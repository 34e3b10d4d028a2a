"""Included by ``miglobe.urls`` only when settings.DEMO is on."""

from django.urls import path

from miglobe.ops.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.personas, name="personas"),
    path("werden/<int:pk>/", views.become, name="become"),
    path("postfach/", views.mailbox, name="mailbox"),
    path("postfach/<slug:name>/", views.mail, name="mail"),
]
