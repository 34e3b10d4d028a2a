"""The public directory of advisors."""

from django.urls import path

from advisors import views

app_name = "directory"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<slug:slug>/", views.profile, name="profile"),
    path("<slug:slug>/foto/", views.photo, name="photo"),
]
