"""What handlers can do beyond the usual: hooks around them, OPTIONS by its own policies, answers of any value, tokens that they hand out."""
import datetime
import decimal
import uuid

from django.http import Http404
from django.urls import include, path
from knox.models import AuthToken
from rest_framework import permissions, serializers, viewsets
from rest_framework.authtoken.models import Token
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter, SimpleRouter
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import RefreshToken, SlidingToken
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


class FirstOnly(permissions.BasePermission):
    """Only the first item may be changed."""

    def has_object_permission(self, request, view, obj):
        return request.method in permissions.SAFE_METHODS or obj.pk == 1


class OfItems(viewsets.ModelViewSet):
    queryset = Item.objects.order_by("id")
    serializer_class = ItemSerializer


class DescribedViewSet(OfItems):
    """Anybody may read what it takes, and some may write."""

    permission_classes = [permissions.AllowAny]

    def get_permissions(self):
        rules = {
            "create": [permissions.IsAuthenticated()],
            "update": [permissions.IsAdminUser()],
            "metadata": [FirstOnly()],
            "notes": [permissions.IsAdminUser()],
        }
        return rules.get(self.action) or super().get_permissions()

    def get_serializer_class(self):
        return BriefSerializer if self.action == "metadata" else ItemSerializer

    @action(detail=True, methods=["get", "put"], permission_classes=[permissions.IsAuthenticated])
    def notes(self, request, pk=None, **kwargs):
        return Response({"action": self.action})


class ClosedViewSet(OfItems):
    """What it takes is told to users alone."""

    permission_classes = [permissions.AllowAny]

    def get_permissions(self):
        if self.action == "metadata":
            return [permissions.IsAuthenticated()]
        if self.action == "secret":
            return [permissions.IsAdminUser()]
        return super().get_permissions()

    @action(detail=False, methods=["post"])
    def secret(self, request, **kwargs):
        return Response({"action": self.action})


class ActingViewSet(OfItems):
    """Its actions say for themselves who may use them."""

    permission_classes = [permissions.AllowAny]

    @action(detail=True, methods=["get", "put"], permission_classes=[permissions.IsAuthenticated], serializer_class=BriefSerializer)
    def notes(self, request, pk=None, **kwargs):
        return Response({"action": self.action})

    @action(detail=False, methods=["post", "delete"], permission_classes=[permissions.IsAdminUser])
    def all(self, request, **kwargs):
        return Response({"action": self.action})


class Marked:
    """Refuses some requests before their handlers, and marks all answers."""

    permission_classes = [permissions.IsAuthenticatedOrReadOnly]

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        refused = {"denied": PermissionDenied("Not today."), "missing": NotFound(), "http404": Http404()}.get(request.query_params.get("initial"))
        if refused:
            raise refused
        self.seen = f"{request.user.get_username()} {request.accepted_renderer.format} {request.version}"

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["X-Seen"] = getattr(self, "seen", "nothing")
        response["X-Answer"] = f"{response.status_code} {response.get('Allow')}"
        if "teapot" in request.query_params:
            response.status_code = 418
            response.data = {"was": response.data}
        return response


class MarkedView(Marked, APIView):
    """A view with hooks."""

    def get(self, request):
        if "fail" in request.query_params:
            raise NotFound("The handler says so.")
        return Response({"seen": self.seen})

    def post(self, request):
        return Response(request.data, status=201)


class MarkedItems(Marked, OfItems):
    pass


class MarkedColours(Marked, viewsets.ViewSet):
    def list(self, request, **kwargs):
        return Response(["red"])

    @action(detail=False)
    def seen_by(self, request, **kwargs):
        return Response({"seen": self.seen})


class TwoItems(PageNumberPagination):
    page_size = 2


class PagedItems(viewsets.ReadOnlyModelViewSet):
    """All of the items, or a page of them."""

    permission_classes = [permissions.AllowAny]
    queryset = Item.objects.order_by("id")
    serializer_class = BriefSerializer
    pagination_class = TwoItems

    def paginate_queryset(self, queryset):
        return None if "all" in self.request.query_params else super().paginate_queryset(queryset)

    def get_serializer_class(self):
        return ItemSerializer if "long" in self.request.query_params else BriefSerializer


ANSWERS = {
    "numbers": {"small": 1, "large": 18446744073709551615, "larger": -170141183460469231731687303715884105728, "float": 1.0, "tiny": 1.5e-7, "huge": 1e22, "single": 0.1},
    "texts": {"text": "é\u2028\"\\\n", "letter": "x", "nothing": None, "unit": None, "yes": True},
    "lists": [[], {}, [1, "two", 3.0], (1, 2), {"a": [{"b": None}]}],
    "keys": {1: "one", 2: "two"},
    "booleans": {True: 1},
    "moments": {
        "at": datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc), "whole": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
        "date": datetime.date(2026, 1, 2), "time": datetime.time(3, 4, 5, 6), "length": datetime.timedelta(days=1, milliseconds=1500),
        "none": None,
    },
    "values": {"price": decimal.Decimal("9.50"), "large": decimal.Decimal("12345678901234567890.5"), "id": uuid.UUID(int=7), "bytes": b"raw \xc3\xa9"},
    "nan": {"number": float("nan")},
    "pairs": {(1, 2): 3},
}


class Answer(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request, name):
        if name not in ANSWERS:
            raise Http404
        return Response(ANSWERS[name])


class Minted(APIView):
    """Tokens for whoever asks."""

    def post(self, request, kind):
        if kind == "pair":
            refresh = RefreshToken.for_user(request.user)
            return Response({"refresh": str(refresh), "access": str(refresh.access_token)}, status=201)
        if kind == "claims":
            refresh = RefreshToken.for_user(request.user)
            refresh["name"] = request.user.get_username()
            return Response({"refresh": str(refresh), "access": str(refresh.access_token)}, status=201)
        if kind == "sliding":
            return Response({"token": str(SlidingToken.for_user(request.user))}, status=201)
        if kind == "token":
            token, _ = Token.objects.get_or_create(user=request.user)
            return Response({"token": token.key}, status=201)
        if kind == "knox":
            instance, token = AuthToken.objects.create(request.user)
            return Response({"token": token, "token_key": instance.token_key}, status=201)
        raise Http404


router = DefaultRouter()
router.register("described", DescribedViewSet, basename="described")
router.register("closed", ClosedViewSet, basename="closed")
router.register("acting", ActingViewSet, basename="acting")
router.register("paged", PagedItems, basename="paged")
marked = SimpleRouter()
marked.register("items", MarkedItems, basename="marked-item")
marked.register("colours", MarkedColours, basename="marked-colour")

urlpatterns = [
    path("", include(router.urls)),
    path("marked/", MarkedView.as_view()),
    path("marked/", include(marked.urls)),
    path("answers/<name>/", Answer.as_view()),
    path("minted/<kind>/", Minted.as_view()),
]
