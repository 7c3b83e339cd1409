"""Each part under its own prefix. Those with links are in namespaces, so that the names of their URLs are their own."""
from django.urls import include, path

urlpatterns = [
    path("quickstart/", include(("quickstart.urls", "quickstart"))),
    path("part-1/", include("part_1.urls")),
    path("part-2/", include("part_2.urls")),
    path("part-3/", include("part_3.urls")),
    path("part-4/", include("part_4.urls")),
    path("part-5/", include(("part_5.urls", "part-5"))),
    path("part-6/", include(("part_6.urls", "part-6"))),
    path("api-auth/", include("rest_framework.urls")),
]
