"""`<name>/` for each serializer; those of models have their rows too, at `<name>/<key>/`."""
from django.urls import path
from rest_framework.routers import SimpleRouter

from . import fields, lists, model_serializers, relations, serializers
from .models import ManyToManySource, NestedForeignKeySource, TitledParent
from .views import Lab, Rows

router = SimpleRouter()


def register(name, serializer, basename, **attributes):
    stem = serializer.__name__.removesuffix("Serializer")
    viewset = type(f"{stem}ViewSet", (Rows,), {"serializer_class": serializer, **attributes})
    router.register(name, viewset, basename=basename)


# Those with rows of their own choice.
register("by-name", relations.ByNameSerializer, "by-name", lookup_field="title", queryset=TitledParent.objects.order_by("pk"))
register(
    "prefetched-source", model_serializers.PrefetchedSourceSerializer, "prefetched-source",
    queryset=ManyToManySource.objects.exclude(name="exclude").order_by("pk").prefetch_related("targets"),
)
register(
    "slug-nested", relations.SlugNestedSerializer, "slug-nested",
    queryset=NestedForeignKeySource.objects.filter(target__target__isnull=False).order_by("pk"),
)
for module in (relations, model_serializers):
    for name, serializer in module.ENDPOINTS.items():
        register(name, serializer, name)
    for name, serializer in module.HYPERLINKED.items():
        register(name, serializer, serializer.Meta.model._meta.model_name)
urlpatterns = [
    path(f"{name}/", Lab.as_view(serializer_class=serializer, instance=instance))
    for module in (fields, serializers)
    for name, (serializer, instance) in module.ENDPOINTS.items()
] + router.urls + lists.urlpatterns
