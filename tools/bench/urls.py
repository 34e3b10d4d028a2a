"""The portal's paths, the bare page, and the worker's jobs."""

from django.urls import path

from miglobe.urls import urlpatterns as portal
from tools.bench.views import bare, job

urlpatterns = [path("bare/", bare), path("bench/job/<str:name>/", job), *portal]
