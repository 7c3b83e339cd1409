"""Routes: converters of one's own, regular expressions, and namespaces with several instances."""
from django.urls import NoReverseMatch, include, path, re_path, register_converter
from rest_framework import permissions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import DefaultRouter, SimpleRouter
from rest_framework.urlpatterns import format_suffix_patterns
from rest_framework.views import APIView
from stock.models import Item


class FourDigitYear:
    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{int(value):04d}"


class Hexadecimal:
    """Numbers up to 4095."""

    regex = "[0-9a-f]+"

    def to_python(self, value):
        number = int(value, 16)
        if number > 4095:
            raise ValueError("too large")
        return number

    def to_url(self, value):
        return format(int(value), "x")


register_converter(FourDigitYear, "yyyy")
register_converter(Hexadecimal, "hex")


class Target(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request, **kwargs):
        match = request.resolver_match
        kwargs.pop("format", None)
        return Response({
            "url_name": match.view_name, "namespace": match.namespace, "app_name": match.app_name,
            "kwargs": {name: str(value) for name, value in kwargs.items()},
        })


class Here(APIView):
    """The URLs of the application that the request is in."""

    permission_classes = [permissions.AllowAny]

    def get(self, request, **kwargs):
        names = ["polls:index", "inner:leaf", "polls:inner:leaf", "outer:polls:index"]
        return Response({name: written(name, request, request.resolver_match.namespace, {}) for name in names})


class Reverse(APIView):
    """The URL of a name for a current application."""

    permission_classes = [permissions.AllowAny]

    def get(self, request):
        kwargs = request.query_params.dict()
        name, current_app = kwargs.pop("name"), kwargs.pop("current_app", None)
        return Response({"url": written(name, request, current_app, kwargs)})


def written(name, request, current_app, kwargs):
    try:
        return reverse(name, kwargs=kwargs, request=request, current_app=current_app)
    except NoReverseMatch:
        return None


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ["id", "code", "number"]


class Items(viewsets.ReadOnlyModelViewSet):
    permission_classes = [permissions.AllowAny]
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer

    @action(detail=True, url_path=r"parts/(?P<part_id>\d+)")
    def parts(self, request, part_id=None, **kwargs):
        return Response({"id": self.get_object().pk, "part": part_id})

    @action(detail=False, url_path=r"range/(?P<low>\d+)-(?P<high>\d+)", url_name="in-range")
    def in_range(self, request, low=None, high=None, **kwargs):
        items = self.get_queryset().filter(number__gte=int(low), number__lte=int(high))
        return Response([item.number for item in items])


class ItemsByCode(Items):
    lookup_field = "code"
    lookup_value_regex = "[a-z]{1,3}"


class ItemsByHex(Items):
    lookup_field = "number"
    lookup_value_converter = "hex"
    parts = in_range = None


class Words(viewsets.ViewSet):
    permission_classes = [permissions.AllowAny]
    lookup_url_kwarg = "word"
    lookup_value_regex = r"[a-z]+(?:-[a-z]+)*"

    def list(self, request, **kwargs):
        return Response(["a", "a-b"])

    def retrieve(self, request, word=None, **kwargs):
        return Response({"word": word})


router = DefaultRouter()
router.register("items", Items, basename="routed-item")
router.register("codes", ItemsByCode, basename="routed-code")
router.register("words", Words, basename="routed-word")
converted = SimpleRouter(use_regex_path=False)
converted.register("hex", ItemsByHex, basename="routed-hex")

target = Target.as_view()
here = Here.as_view()
inner = [path("leaf/", target, name="leaf")]
polls = [
    path("", target, name="index"),
    path("<int:pk>/", target, name="detail"),
    re_path(r"^by/(?P<name>[a-z]+)/$", target, name="by"),
    path("here/", here, name="here"),
    path("inner/", include((inner, "inner"))),
]
shop = [path("", target, name="index"), path("here/", here, name="here")]
outer = [
    path("here/", here, name="here"),
    path("a/", include((polls, "polls"), namespace="a-polls")),
    path("b/", include((polls, "polls"), namespace="b-polls")),
]
spaces = [
    path("reverse/", Reverse.as_view()),
    path("authors/", include((polls, "polls"), namespace="author-polls")),
    path("publishers/<slug:house>/", include((polls, "polls"), namespace="publisher-polls")),
    path("shop/", include((shop, "shop"))),
    path("shop-two/", include((shop, "shop"), namespace="shop-two")),
    path("one/", include((outer, "outer"), namespace="outer-one")),
    path("two/", include((outer, "outer"), namespace="outer-two")),
]

urlpatterns = [
    path("", include(router.urls)),
    path("", include(converted.urls)),
    path("year/<yyyy:year>/", target, name="rt-year"),
    path("year/<yyyy:year>/<hex:number>/", target, name="rt-year-number"),
    path("number/<hex:number>/", target, name="rt-number"),
    path("number/<hex:number>-<yyyy:year>", target, name="rt-two"),
    re_path(r"^articles/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/$", target, name="rt-articles"),
    re_path(r"^open/(?P<rest>\w+)", target, name="rt-open"),
    re_path(r"^optional/(?:page-(?P<page>\d+)/)?$", target, name="rt-optional"),
    re_path(r"^(?P<language>de|fr)/hello/$", target, name="rt-hello"),
    re_path(r"^either/(?:a|b)/$", target, name="rt-either"),
    re_path(r"anywhere/(?P<number>\d+)/$", target, name="rt-anywhere"),
    re_path(r"^both/(?P<one>[a-z]+)/(?P<two>[^/]+)$", target, name="rt-both"),
    re_path(r"^end/(?P<word>[a-z]+)\Z", target, name="rt-end"),
    re_path(r"^(?P<first>[a-z]{2})-under/", include([
        path("<int:second>/", target, name="rt-under"),
        re_path(r"^deeper/(?P<third>\d{2})/$", target, name="rt-deeper"),
        path("", target, name="rt-under-root"),
    ])),
    path("within/<yyyy:year>/", include([
        re_path(r"^(?P<slug>[-\w]+)\.html$", target, name="rt-slug"),
        path("<hex:number>/", target, name="rt-within"),
        path("", target, name="rt-within-root"),
    ])),
    path("", include(format_suffix_patterns([
        re_path(r"^suffixed/(?P<word>[a-z]+)/$", target, name="rt-suffixed"),
        path("suffixed-year/<yyyy:year>/", target, name="rt-suffixed-year"),
    ]))),
    path("spaces/", include(spaces)),
    path("given/<int:year>/", target, {"state": "draft"}, name="rt-given"),
    path("given/<int:year>/final/", target, {"state": "final", "year": "2000"}, name="rt-given"),
    re_path(r"^given/(?P<slug>[a-z]+)/$", target, {"state": "other"}, name="rt-given"),
    path("given-items/first/", Items.as_view({"get": "retrieve"}), {"pk": "1"}, name="rt-given-item"),
    path("given-format/", target, {"format": "json"}, name="rt-given-format"),
    path("given-by/<slug:house>/", include([
        path("", target, name="rt-given-root"),
        path("inner/", target, {"own": "inner"}, name="rt-given-inner"),
    ]), {"more": "outer", "last": "outer"}),
    path("", include(format_suffix_patterns([path("given-suffix/", target, {"state": "suffixed"}, name="rt-given-suffix")]))),
]
