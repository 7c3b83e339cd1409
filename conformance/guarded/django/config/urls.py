from django.urls import include, path

urlpatterns = [
    path("", include("notes.urls")),
    path("api-auth/", include("rest_framework.urls")),
]
