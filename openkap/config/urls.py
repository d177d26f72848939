"""Every address of the product is in openkap.web.urls; nothing else is served."""

from django.urls import include, path

from openkap.web.urls import handler404, handler500

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [path("", include("openkap.web.urls"))]
