"""What DRF's tests of filters, pages and generic views ask, over the models that the lab has: `lists/<name>/`."""
from django.http import Http404
from django.urls import path
from rest_framework import filters, generics, pagination, permissions, serializers
from rest_framework.response import Response

from .models import (
    ForeignKeySource, ForeignKeyTarget, ManyToManySource, OneFieldModel, RegularFieldsModel, UniqueConstraintCustomMessageCodeModel,
    UniquenessTogetherModel,
)


class TextSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintCustomMessageCodeModel
        fields = ["id", "username", "company_id", "role"]


class HiddenRoleSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintCustomMessageCodeModel
        fields = ["id", "username"]


class WriteOnlyRoleSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniqueConstraintCustomMessageCodeModel
        fields = ["id", "username", "role"]
        extra_kwargs = {"role": {"write_only": True}}


class RenamedSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="username")

    class Meta:
        model = UniqueConstraintCustomMessageCodeModel
        fields = ["id", "user"]


class SourceSerializer(serializers.ModelSerializer):
    target_name = serializers.CharField(source="target.name")

    class Meta:
        model = ForeignKeySource
        fields = ["id", "name", "target_name"]


class TargetSerializer(serializers.ModelSerializer):
    class Meta:
        model = ForeignKeyTarget
        fields = ["id", "name"]


class ManySerializer(serializers.ModelSerializer):
    class Meta:
        model = ManyToManySource
        fields = ["id", "name"]


class ShoutedSerializer(serializers.ModelSerializer):
    class Meta:
        model = RegularFieldsModel
        fields = ["auto_field", "char_field", "slug_field", "shouted"]


class PositionSerializer(serializers.ModelSerializer):
    class Meta:
        model = UniquenessTogetherModel
        fields = ["race_name", "position"]


class BasicSerializer(serializers.ModelSerializer):
    class Meta:
        model = OneFieldModel
        fields = ["id", "char_field"]


class WordSerializer(serializers.ModelSerializer):
    """What a POST takes, beside the rest."""

    class Meta:
        model = OneFieldModel
        fields = ["char_field"]


class Open:
    authentication_classes = []
    permission_classes = [permissions.AllowAny]


class Texts(Open, generics.ListAPIView):
    queryset = UniqueConstraintCustomMessageCodeModel.objects.order_by("id")
    serializer_class = TextSerializer


def searched(*fields, base=Texts, **attributes):
    attributes = {"filter_backends": [filters.SearchFilter], "search_fields": fields, **attributes}
    return type("Searched", (base,), attributes).as_view()


def rows(serializer):
    attributes = {"queryset": serializer.Meta.model.objects.order_by("pk"), "serializer_class": serializer}
    return type("Rows", (Open, generics.ListAPIView), attributes)


def ordered(ordering=None, serializer=TextSerializer, **attributes):
    attributes = {"filter_backends": [filters.OrderingFilter], **attributes}
    if ordering:
        attributes["ordering"] = ordering
    return type("Ordered", (rows(serializer),), attributes).as_view()


class Either(filters.SearchFilter):
    """Looks at the name alone where the request says so."""

    def get_search_fields(self, view, request):
        return ["$username"] if request.query_params.get("title_only") else super().get_search_fields(view, request)


class EvenOnly(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(username="even")


class Numbers(pagination.PageNumberPagination):
    page_size = 5
    page_size_query_param = "page_size"
    max_page_size = 20


class Offsets(pagination.LimitOffsetPagination):
    default_limit = 10
    max_limit = 15


class NoLimit(pagination.LimitOffsetPagination):
    default_limit = None


class Renamed(pagination.PageNumberPagination):
    page_size = 5
    page_query_param = "p"
    last_page_strings = ["end"]
    invalid_page_message = "No such page."


class RenamedOffsets(pagination.LimitOffsetPagination):
    default_limit = 5
    limit_query_param = "count"
    offset_query_param = "from"


class Cursors(pagination.CursorPagination):
    page_size = 5
    page_size_query_param = "page_size"
    max_page_size = 20
    ordering = "position"


class OneByOne(pagination.CursorPagination):
    page_size = 1
    ordering = "auto_field"


class ByKey(Cursors):
    ordering = ["position", "id"]


def paged(pages, serializer=TextSerializer, **attributes):
    return type("Paged", (rows(serializer),), {"pagination_class": pages, **attributes}).as_view()


class Root(Open, generics.ListCreateAPIView):
    queryset = OneFieldModel.objects.order_by("id")
    serializer_class = BasicSerializer


class Instance(Open, generics.RetrieveUpdateDestroyAPIView):
    queryset = OneFieldModel.objects.exclude(char_field="filtered out")
    serializer_class = BasicSerializer


class Inclusive(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(char_field="foo")


class Exclusive(filters.BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        return queryset.filter(char_field="other")


class Dynamic(Root):
    def get_serializer_class(self):
        return WordSerializer if self.request.method == "POST" else BasicSerializer


class OwnObject(Open, generics.RetrieveUpdateDestroyAPIView):
    queryset = OneFieldModel.objects.all()
    serializer_class = BasicSerializer

    def get_object(self):
        found = OneFieldModel.objects.filter(char_field=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class OverriddenRoot(Root):
    def list(self, request, *args, **kwargs):
        return Response({"called": "list"})

    def create(self, request, *args, **kwargs):
        return Response({"called": "create"})


class Overridden(OwnObject):
    def retrieve(self, request, *args, **kwargs):
        return Response({"called": "retrieve", "pk": kwargs["pk"]})

    def update(self, request, *args, **kwargs):
        return Response({"called": "update", "pk": kwargs["pk"]})

    def partial_update(self, request, *args, **kwargs):
        return Response({"called": "partial_update", "pk": kwargs["pk"]})

    def destroy(self, request, *args, **kwargs):
        return Response({"called": "destroy", "pk": kwargs["pk"]})


VIEWS = {
    "search/plain": searched("username", "role"),
    "search/nowhere": searched(),
    "search/exact": searched("=username", "role"),
    "search/start": searched("username", "^role"),
    "search/pattern": searched("$username", "$role"),
    "search/end": searched("role__iendswith"),
    "search/number": searched("company_id", "id"),
    "search/either": searched("$username", "$role", filter_backends=[Either]),
    "search/foreign": searched("name", "target__name", base=rows(SourceSerializer)),
    "search/foreign-first": searched("target__name__iendswith", "name", base=rows(SourceSerializer)),
    "search/many": searched("=name", "targets__name", base=rows(ManySerializer)),
    "search/reverse": searched("=name", "sources__name", base=rows(TargetSerializer)),
    "search/date": searched("=date_field__year", "slug_field", base=rows(ShoutedSerializer)),
    "order/named": ordered(["username"], ordering_fields=["role"]),
    "order/text": ordered("username", ordering_fields=["role"]),
    "order/shown": ordered(["-auto_field"], ShoutedSerializer),
    "order/all": ordered(["username"], ordering_fields="__all__"),
    "order/none": ordered(),
    "order/dotted": ordered(None, SourceSerializer),
    "order/hidden": ordered(["username"], HiddenRoleSerializer),
    "order/write-only": ordered(["username"], WriteOnlyRoleSerializer),
    "order/renamed": ordered(["username"], RenamedSerializer),
    "pages/numbers": paged(Numbers, filter_backends=[EvenOnly]),
    "pages/all": paged(Numbers),
    "pages/never": paged(None),
    "pages/offsets": paged(Offsets),
    "pages/no-limit": paged(NoLimit),
    "pages/renamed": paged(Renamed),
    "pages/renamed-offsets": paged(RenamedOffsets),
    "pages/cursors": paged(Cursors, PositionSerializer),
    "pages/cursors-by-key": paged(ByKey, PositionSerializer),
    "pages/ordered-cursors": paged(
        Cursors, PositionSerializer, filter_backends=[filters.OrderingFilter], ordering_fields=["race_name", "position"], ordering="race_name",
    ),
    "pages/orderable-cursors": paged(
        Cursors, PositionSerializer, filter_backends=[filters.OrderingFilter], ordering_fields=["race_name", "position"],
    ),
    "pages/kinds": paged(OneByOne, ShoutedSerializer, filter_backends=[filters.OrderingFilter], ordering_fields="__all__"),
    "generic/base": Root.as_view(),
    "generic/inclusive": Root.as_view(filter_backends=[Inclusive]),
    "generic/exclusive": Root.as_view(filter_backends=[Exclusive]),
    "generic/dynamic": Dynamic.as_view(),
    "generic/instance/<pk>": Instance.as_view(),
    "generic/inclusive/<pk>": Instance.as_view(filter_backends=[Inclusive]),
    "generic/exclusive/<pk>": Instance.as_view(filter_backends=[Exclusive]),
    "generic/own-object/<pk>": OwnObject.as_view(),
    "generic/overridden": OverriddenRoot.as_view(),
    "generic/overridden/<pk>": Overridden.as_view(),
}
urlpatterns = [path(f"lists/{name}/", view) for name, view in VIEWS.items()]
