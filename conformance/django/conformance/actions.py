"""Viewsets with actions of their own, viewsets without a model, generic views, APIView and functions."""
from django.urls import include, path
from django.views.decorators.vary import vary_on_headers
from rest_framework import (
    filters, generics, mixins, negotiation, pagination, parsers, permissions, renderers, serializers, throttling, versioning, viewsets,
)
from rest_framework.authentication import BasicAuthentication
from rest_framework.decorators import (
    action, api_view, authentication_classes, content_negotiation_class, metadata_class, parser_classes, permission_classes,
    throttle_classes, throttle_scope, versioning_class,
)
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter, SimpleRouter
from rest_framework.views import APIView
from stock.models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "code", "number", "serial"]
        extra_kwargs = {"number": {"min_value": -100, "max_value": 100}}


class BriefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "code"]


class ItemViewSet(viewsets.ModelViewSet):
    """Items, and what can be done with them."""

    permission_classes = [permissions.AllowAny]
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer

    def get_serializer_class(self):
        return BriefSerializer if self.action in ("list", "shortly") else ItemSerializer

    def destroy(self, request, *args, **kwargs):
        return Response({"kept": self.get_object().pk}, status=202)

    @action(detail=False)
    def how_many(self, request, **kwargs):
        """How many there are."""
        return Response({"count": self.get_queryset().count(), "action": self.action})

    @action(detail=False, methods=["get", "post"], suffix="Codes", url_name="all_codes")
    def codes(self, request, **kwargs):
        return Response({"method": request.method, "action": self.action})

    @action(detail=True, methods=["post", "patch"], url_path="mark/(?P<how>[-a-zA-Z0-9_]+)", name="Marked")
    def mark(self, request, pk=None, how=None, **kwargs):
        """Marks an item."""
        return Response({"id": self.get_object().pk, "how": how, "method": request.method})

    @action(detail=True, permission_classes=[permissions.IsAuthenticated], renderer_classes=[renderers.JSONRenderer])
    def notes(self, request, pk=None, **kwargs):
        """The notes on an item."""
        return Response({"id": self.get_object().pk, "action": self.action})

    @notes.mapping.post
    def add_note(self, request, pk=None, **kwargs):
        return Response({"action": self.action}, status=201)

    @notes.mapping.delete
    def remove_notes(self, request, pk=None, **kwargs):
        return Response(status=204)

    @action(detail=True)
    def shortly(self, request, pk=None, **kwargs):
        return Response(self.get_serializer(self.get_object()).data)

    @action(detail=True, methods=["patch"], serializer_class=BriefSerializer, parser_classes=[parsers.FormParser])
    def rename(self, request, pk=None, **kwargs):
        return Response({"data": request.data})


class CreateListViewSet(mixins.CreateModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Made and listed, and nothing else."""

    permission_classes = [permissions.AllowAny]
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer


class ColourViewSet(viewsets.ViewSet):
    """Colours are no rows."""

    permission_classes = [permissions.AllowAny]
    colours = ["red", "green"]

    def list(self, request, **kwargs):
        return Response(self.colours)

    def create(self, request, **kwargs):
        return Response({"created": request.data}, status=201)

    def retrieve(self, request, pk=None, **kwargs):
        return Response({"colour": pk, "known": pk in self.colours})

    def partial_update(self, request, pk=None, **kwargs):
        return Response({"changed": pk})

    @action(detail=True, methods=["delete"])
    def fade(self, request, pk=None, **kwargs):
        """Fades a colour."""
        return Response(status=204)


class PathViewSet(viewsets.ViewSet):
    """Paths with parameters."""

    permission_classes = [permissions.AllowAny]

    @action(detail=False, url_path="list/<int:kwarg>")
    def url_path_list(self, request, **kwargs):
        return Response({"kwarg": kwargs["kwarg"]})

    @action(detail=True, url_path="detail/<int:kwarg>")
    def url_path_detail(self, request, **kwargs):
        return Response({"pk": kwargs["pk"], "kwarg": kwargs["kwarg"]})

    @action(detail=True, url_path="detail/<int:kwarg>/detail/<int:param>")
    def url_path_detail_multiple_params(self, request, **kwargs):
        return Response({"pk": kwargs["pk"], "kwarg": kwargs["kwarg"], "param": kwargs["param"]})


class Two(pagination.PageNumberPagination):
    page_size = 2


class Never(throttling.BaseThrottle):
    def allow_request(self, request, view):
        return False


class First(negotiation.DefaultContentNegotiation):
    """The first renderer, whatever the client accepts."""

    def select_renderer(self, request, renderers, format_suffix):
        return renderers[0], renderers[0].media_type


class ActionViewSet(viewsets.GenericViewSet):
    """Actions, and nothing else."""

    permission_classes = [permissions.AllowAny]
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer
    search_fields = ["code"]

    def answer(self, status=200):
        return Response({"action": self.action, "method": self.request.method}, status=status)

    def list(self, request, **kwargs):
        return self.answer()

    def retrieve(self, request, **kwargs):
        return self.answer()

    @action(detail=False)
    def list_action(self, request, **kwargs):
        """Of the list."""
        return self.answer()

    @action(detail=False, url_name="list-custom")
    def custom_list_action(self, request, **kwargs):
        return self.answer()

    @action(detail=True)
    def detail_action(self, request, **kwargs):
        return self.answer()

    @action(detail=True, url_name="detail-custom")
    def custom_detail_action(self, request, **kwargs):
        return self.answer()

    @action(detail=True, url_path="unresolvable/(?P<arg>[^/.]+)", url_name="unresolvable")
    def unresolvable_detail_action(self, request, **kwargs):
        return self.answer()

    @action(detail=True, name="Custom Name")
    def named_action(self, request, **kwargs):
        return self.answer()

    @action(detail=True, suffix="Custom Suffix")
    def suffixed_action(self, request, **kwargs):
        """What it does."""
        return self.answer()

    @action(detail=True, methods=["post", "delete"])
    def both(self, request, **kwargs):
        return self.answer()

    @action(detail=True, methods=["post"])
    def mapped(self, request, **kwargs):
        return self.answer(201)

    @mapped.mapping.get
    def mapped_read(self, request, **kwargs):
        """What is there."""
        return self.answer()

    @mapped.mapping.patch
    def mapped_change(self, request, **kwargs):
        return self.answer()

    @mapped.mapping.delete
    def mapped_end(self, request, **kwargs):
        return self.answer(202)

    @action(detail=False, pagination_class=Two, filter_backends=[filters.SearchFilter])
    def paged(self, request, **kwargs):
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @action(detail=False, metadata_class=None)
    def quiet(self, request, **kwargs):
        return self.answer()

    @action(detail=False, content_negotiation_class=First, renderer_classes=[renderers.JSONRenderer, renderers.BrowsableAPIRenderer])
    def first(self, request, **kwargs):
        return self.answer()

    @action(detail=False, throttle_classes=[Never])
    def limited(self, request, **kwargs):
        return self.answer()

    @action(detail=False, authentication_classes=[])
    def unknown(self, request, **kwargs):
        return Response({"known": request.user.is_authenticated})

    @action(detail=False, versioning_class=versioning.QueryParameterVersioning)
    def versioned(self, request, **kwargs):
        return Response({"version": request.version})

    @action(detail=False, methods=["head"])
    def heads(self, request, **kwargs):
        return self.answer()

    @action(detail=False, methods=["trace", "options"])
    def odd(self, request, **kwargs):
        return self.answer()


class Greeting(APIView):
    """Greets whoever comes."""

    permission_classes = [permissions.AllowAny]

    def get(self, request, name="you"):
        return Response({"hello": name})

    def post(self, request, name="you"):
        return Response({"said": request.data}, status=201)

    def delete(self, request, name="you"):
        return Response(status=204)


@api_view(["GET", "POST"])
@permission_classes([permissions.AllowAny])
def item_overview(request):
    """Items in a few words."""
    return Response({"method": request.method, "count": Item.objects.count()})


@api_view()
@permission_classes([permissions.IsAuthenticated])
def hello_view(request):
    return Response({"hello": request.user.get_username()})


class OncePerDay(throttling.UserRateThrottle):
    rate = "1/day"
    scope = "function"


def function(name, methods, *decorators):
    """A function as a view, with these decorators below `api_view`."""

    def view(request, **kwargs):
        if name == "vary-own":
            return Response({}, headers={"Vary": "X-Foo-Header,X-Bar-Header"})
        if name == "json":
            request.data  # Read.
        return Response({"version": request.version} if name == "versioned" else {})

    view.__name__ = name.replace("-", "_")
    for decorator in [permission_classes([permissions.AllowAny]), *decorators]:
        view = decorator(view)
    return path(f"functions/{name}/", api_view(methods)(view))


functions = [
    function("put", ["GET", "PUT"]),
    function("patch", ["GET", "PATCH"]),
    function("json", ["GET", "POST"], parser_classes([parsers.JSONParser])),
    function("basic", ["GET"], authentication_classes([BasicAuthentication]), permission_classes([permissions.IsAuthenticated])),
    function("quiet", ["GET"], metadata_class(None)),
    function("negotiated", ["GET"], content_negotiation_class(First)),
    function("versioned", ["GET"], versioning_class(versioning.QueryParameterVersioning)),
    function("throttled", ["GET"], throttle_classes([OncePerDay])),
    function("scoped-1", ["GET"], throttle_classes([throttling.ScopedRateThrottle]), throttle_scope("uploads")),
    function("scoped-2", ["GET"], throttle_classes([throttling.ScopedRateThrottle]), throttle_scope("uploads")),
    function("vary", ["GET"], vary_on_headers("X-Some-Header,X-Other-Header")),
    function("vary-own", ["GET"], vary_on_headers("Cookie", "Accept")),
    function("unscoped", ["GET"], throttle_classes([throttling.ScopedRateThrottle]), throttle_scope(None)),
]


class OfItems:
    permission_classes = [permissions.AllowAny]
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer


def generic(name):
    return type(name.replace("APIView", "Items"), (OfItems, getattr(generics, name)), {"__doc__": f"{name} of items."}).as_view()


router = DefaultRouter()
router.register("items", ItemViewSet, basename="acted-item")
router.register("made", CreateListViewSet, basename="made-item")
router.register("colours", ColourViewSet, basename="colour")
router.register("acts", ActionViewSet, basename="act")
router.register("acts-alt", ActionViewSet, basename="act-alt")
paths = SimpleRouter(use_regex_path=False)
paths.register("paths", PathViewSet, basename="path")
bare = SimpleRouter(trailing_slash=False)
bare.register("items", ItemViewSet, basename="bare-item")
empty = SimpleRouter()
empty.register("", ColourViewSet, basename="bare-colour")

urlpatterns = [
    path("", include(router.urls)),
    path("bare/", include(bare.urls)),
    path("empty/", include(empty.urls)),
    path("", include(paths.urls)),
    path("greeting/", Greeting.as_view()),
    path("greeting/<str:name>/", Greeting.as_view()),
    path("overview/", item_overview),
    path("hello/", hello_view),
    *functions,
    path("generic/list/", generic("ListAPIView")),
    path("generic/create/", generic("CreateAPIView")),
    path("generic/list-create/", generic("ListCreateAPIView")),
    path("generic/retrieve/<int:pk>/", generic("RetrieveAPIView")),
    path("generic/update/<int:pk>/", generic("UpdateAPIView")),
    path("generic/destroy/<int:pk>/", generic("DestroyAPIView")),
    path("generic/retrieve-update/<int:pk>/", generic("RetrieveUpdateAPIView")),
    path("generic/retrieve-destroy/<int:pk>/", generic("RetrieveDestroyAPIView")),
    path("generic/retrieve-update-destroy/<int:pk>/", generic("RetrieveUpdateDestroyAPIView")),
]
