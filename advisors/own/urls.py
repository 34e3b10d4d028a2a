"""What an advisor keeps of herself or himself: profile, photo, publication, absences."""

from django.urls import path

from advisors.own import absences, profile

app_name = "profile"
urlpatterns = [
    path("", profile.edit, name="edit"),
    path("foto/", profile.photo, name="photo"),
    path("veroeffentlichen/", profile.publish, name="publish"),
    path("zurueckziehen/", profile.withdraw, name="withdraw"),
    path("abwesenheiten/", absences.listing, name="absences"),
    path("abwesenheiten/<int:pk>/", absences.change, name="absence"),
    path("abwesenheiten/<int:pk>/entfernen/", absences.remove, name="absence_remove"),
]
