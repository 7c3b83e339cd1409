from django.urls import include, path

urlpatterns = [
    path("part-1/", include("part_1.urls")),
    path("", include("part_5.urls")),
    path("api-auth/", include("rest_framework.urls")),
]
