"""Paths for machines; the demo's pages join them only when settings.DEMO is on."""

from django.urls import path

from miglobe.ops import health

app_name = "ops"
urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
]
