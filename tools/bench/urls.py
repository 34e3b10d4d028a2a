"""The portal's paths and the bare page."""

from django.urls import path

from miglobe.urls import urlpatterns as portal
from tools.bench.views import bare

urlpatterns = [path("bare/", bare), *portal]
