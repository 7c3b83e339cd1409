"""Names of URLs: what is written from a name, what a URL is resolved to, and by which field a viewset finds its objects."""
from django.urls import NoReverseMatch, include, path, re_path
from conformance.models import Review
from rest_framework import mixins, permissions, serializers, viewsets
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import DefaultRouter, SimpleRouter
from rest_framework.views import APIView
from stock.models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "code", "number", "serial"]
        read_only_fields = ["number"]


class Items(viewsets.ReadOnlyModelViewSet):
    permission_classes = [permissions.AllowAny]
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer


class ItemsByCode(mixins.UpdateModelMixin, mixins.DestroyModelMixin, Items):
    lookup_field = "code"


class ItemsByNumber(Items):
    lookup_field = "number"


class ItemsBySerial(Items):
    lookup_field = "serial"
    lookup_url_kwarg = "key"


class ItemsBySlug(Items):
    lookup_field = "code"
    lookup_value_converter = "slug"


class ItemsByInt(Items):
    lookup_field = "number"
    lookup_url_kwarg = "count"
    lookup_value_converter = "int"


class ItemsByUuid(Items):
    lookup_field = "serial"
    lookup_value_converter = "uuid"


class ReviewSerializer(serializers.ModelSerializer):
    class Meta:
        model = Review
        fields = ["id", "text"]


def reviews_by(name, field, kwarg=None, converter=None, regex=None):
    """Reviews by what is behind their relations."""
    class Reviews(mixins.UpdateModelMixin, mixins.DestroyModelMixin, viewsets.ReadOnlyModelViewSet):
        permission_classes = [permissions.AllowAny]
        queryset = Review.objects.all()
        serializer_class = ReviewSerializer
        lookup_field = field
        lookup_url_kwarg = kwarg

    if converter:
        Reviews.lookup_value_converter = converter
    if regex:
        Reviews.lookup_value_regex = regex
    Reviews.__name__ = f"ReviewsBy{name}"
    return Reviews


class Target(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request, **kwargs):
        return Response({"url_name": request.resolver_match.view_name})


class Reverse(APIView):
    """The URL of a name, written twice: once alone, and once as a hyperlinked field does it."""

    permission_classes = [permissions.AllowAny]

    def get(self, request):
        kwargs = {name: value for name, value in request.query_params.items() if name not in ("name", "suffix", "format")}
        suffix = request.query_params.get("suffix")
        try:
            url = reverse(request.query_params["name"], kwargs=kwargs, request=request, format=suffix)
        except NoReverseMatch:
            url = None
        return Response({"url": url, "hyperlink": url})


class Hyperlink(serializers.HyperlinkedRelatedField):
    def get_object(self, view_name, view_args, view_kwargs):
        return {"name": view_name, "kwargs": {name: str(value) for name, value in view_kwargs.items() if name != "format"}}


class Resolve(APIView):
    """What a hyperlinked field finds at a URL."""

    permission_classes = [permissions.AllowAny]

    def post(self, request):
        field = Hyperlink(view_name=request.data["name"], queryset=Item.objects.all())
        field._context = {"request": request}
        return Response(field.to_internal_value(request.data["url"]))


router = DefaultRouter()
router.register("by-code", ItemsByCode)
router.register("by-number", ItemsByNumber, basename="numbered")
router.register("by-serial", ItemsBySerial, basename="serial")

converted = SimpleRouter(use_regex_path=False)
converted.register("by-slug", ItemsBySlug, basename="by-slug")
converted.register("by-int", ItemsByInt, basename="by-int")
converted.register("by-uuid", ItemsByUuid, basename="by-uuid")

through = SimpleRouter()
through.register("by-isbn", reviews_by("Isbn", "book__isbn", "isbn"), basename="by-isbn")
through.register("by-pages", reviews_by("Pages", "book__pages"), basename="by-pages")
through.register("by-title", reviews_by("Title", "book__title__istartswith", "title"), basename="by-title")
through.register("by-author", reviews_by("Author", "book__author__books__published_on__year__gt", "year"), basename="by-author")
through.register("by-book", reviews_by("Book", "book"), basename="by-book")
through.register("by-genre", reviews_by("Genre", "book__genres__slug", "genre"), basename="by-genre")
through.register("by-rating", reviews_by("Rating", "book__rating__gt", "rating", regex="[0-9.x]+"), basename="by-rating")
by_uuid = SimpleRouter(use_regex_path=False)
by_uuid.register("by-book-uuid", reviews_by("Uuid", "book__uuid", "uuid", "uuid"), basename="by-book-uuid")

spaced = DefaultRouter()
spaced.register("items", Items)
spaced.register("codes", ItemsByCode, basename="code")

target = Target.as_view()
inner = [path("leaf/", target, name="leaf")]
urlpatterns = [
    path("", include(router.urls)),
    path("", include(converted.urls)),
    path("", include(through.urls)),
    path("", include(by_uuid.urls)),
    path("spaced/<slug:shelf>/", include((spaced.urls, "spaced"))),
    path("reverse/", Reverse.as_view()),
    path("resolve/", Resolve.as_view()),
    path("one/<int:pk>/", target, name="one"),
    path("one/<slug:slug>/", target, name="one"),
    path("first/<int:pk>/", target, name="twice"),
    path("second/<slug:pk>/", target, name="twice"),
    path("any/<path:rest>", target, name="any"),
    path("text/<text>/", target, name="text"),
    path("two/<int:first>-<slug:second>/", target, name="two"),
    path("key/<uuid:key>/", target, name="key"),
    path("under/<int:first>/", include(([path("<text>/", target, name="leaf")], "outer"))),
    path("deep/", include(([path("", include((inner, "inner")))], "outest"))),
    path("é/<text>/ü/", target, name="accent"),
    path("a b/", target, name="space"),
    path("nameless/", target),
    path("beside/", target, {"pk": "1"}, name="beside"),
    path("beside/another/", target, {"pk": "2"}, name="beside"),
    path("beside/<slug:pk>/", target, {"pk": "1"}, name="beside-and-in"),
    path("beside/of/<int:pk>/", target, {"state": "draft", "year": "2000"}, name="beside-more"),
    re_path(r"^beside/(?:a|b)\.c/$", target, {"pk": "1", "state": "a"}, name="beside-regex"),
    path("beside/under/<slug:shelf>/", include([path("", target, name="beside-under")]), {"pk": "1"}),
]
