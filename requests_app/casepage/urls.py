"""The municipality's case page."""

from django.urls import URLPattern

app_name = "casepage"
urlpatterns: list[URLPattern] = []
