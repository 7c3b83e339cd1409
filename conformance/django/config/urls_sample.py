from django.contrib import admin
from django.urls import include, path
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework_simplejwt import views as jwt

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("projects.urls")),
    path("api-auth/", include("rest_framework.urls")),
    path("api-token-auth/", obtain_auth_token),
    path("api/token/", jwt.TokenObtainPairView.as_view()),
    path("api/token/refresh/", jwt.TokenRefreshView.as_view()),
    path("api/token/verify/", jwt.TokenVerifyView.as_view()),
    path("api/token/blacklist/", jwt.TokenBlacklistView.as_view()),
]
