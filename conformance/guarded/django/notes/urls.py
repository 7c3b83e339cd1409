from django.urls import include, path
from rest_framework.routers import DefaultRouter

from . import views

router = DefaultRouter()
for name, viewset in {
    "filtered": views.Filtered,
    "by-globals": views.FilteredByGlobals,
    "by-own-rows": views.FilteredByOwnRows,
    "by-rows": views.FilteredByRows,
    "by-rows-and-globals": views.FilteredByRowsAndGlobals,
    "by-change": views.FilteredByChange,
    "paged": views.Paged,
    "limited": views.Limited,
    "cursored": views.Cursored,
    "guarded": views.Guarded,
    "guarded-and-filtered": views.GuardedAndFiltered,
    "mapped": views.Mapped,
    "lenient": views.Lenient,
    "mapped-model": views.MappedModel,
    "mapped-anon": views.MappedAnon,
    "either": views.Either,
    "papers": views.Papers,
    "labels": views.Labels,
    "assigned": views.Assigned,
}.items():
    router.register(name, viewset, basename=name)

urlpatterns = [
    path("", include(router.urls)),
    path("perms/<kind>/<pk>/", views.perms),
    path("objects/", views.objects),
    path("holders/<int:pk>/", views.holders),
    path("grants/", views.grants),
]
