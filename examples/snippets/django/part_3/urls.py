from django.urls import path
from rest_framework.urlpatterns import format_suffix_patterns

from . import api_views, generic, mixins

urlpatterns = format_suffix_patterns([
    path("api-views/snippets/", api_views.SnippetList.as_view()),
    path("api-views/snippets/<int:pk>/", api_views.SnippetDetail.as_view()),
    path("mixins/snippets/", mixins.SnippetList.as_view()),
    path("mixins/snippets/<int:pk>/", mixins.SnippetDetail.as_view()),
    path("generic/snippets/", generic.SnippetList.as_view()),
    path("generic/snippets/<int:pk>/", generic.SnippetDetail.as_view()),
])
