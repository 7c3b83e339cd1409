"""Renderers, parsers, negotiation and metadata of one's own."""
from django.urls import path, re_path
from rest_framework import exceptions, negotiation, parsers, permissions, renderers
from rest_framework.metadata import BaseMetadata
from rest_framework.response import Response
from rest_framework.urlpatterns import format_suffix_patterns
from rest_framework.views import APIView


class RendererA(renderers.BaseRenderer):
    media_type = "mock/renderera"
    format = "formata"
    mark = b"A: "

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else self.mark + renderers.JSONRenderer().render(data)


class RendererB(RendererA):
    media_type = "mock/rendererb"
    format = "formatb"
    mark = b"B: "


class RendererC(RendererA):
    media_type = "mock/rendererc"
    format = "formatc"
    charset = "rendererc"
    mark = b"C: "


class RendererD(RendererA):
    media_type = "application/openapi+json;version=2.0"
    format = "swagger"
    charset = None
    mark = b"D: "


class PlainTextParser(parsers.BaseParser):
    media_type = "text/plain"

    def parse(self, stream, media_type=None, parser_context=None):
        return stream.read().decode("utf-8", "replace")


class VersionedParser(PlainTextParser):
    media_type = "text/x-lines;version=1"


class IgnoreClient(negotiation.BaseContentNegotiation):
    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix):
        return (renderers[0], renderers[0].media_type)


class MinimalMetadata(BaseMetadata):
    def determine_metadata(self, request, view):
        return {"name": view.get_view_name(), "description": view.get_view_description()}


class Mock(APIView):
    permission_classes = [permissions.AllowAny]
    authentication_classes = []
    renderer_classes = [RendererA, RendererB, RendererC, RendererD]
    parser_classes = [parsers.JSONParser, PlainTextParser, VersionedParser]

    def get(self, request, **kwargs):
        return Response("dummycontent")

    def post(self, request, **kwargs):
        return Response(request.data)

    def put(self, request, **kwargs):
        return Response(status=204)

    def patch(self, request, **kwargs):
        return Response("dummycontent", content_type="setbyview")

    def delete(self, request, **kwargs):
        raise exceptions.PermissionDenied()


class Ignoring(Mock):
    content_negotiation_class = IgnoreClient


class Minimal(Mock):
    """What it says of itself."""

    metadata_class = MinimalMetadata


class Silent(Mock):
    metadata_class = None


class StaticPage(Mock):
    renderer_classes = [renderers.StaticHTMLRenderer]

    def get(self, request, **kwargs):
        return Response("<h1>Hello</h1>")


class StaticData(Mock):
    """Data in the place of a page."""

    renderer_classes = [renderers.StaticHTMLRenderer]

    def post(self, request, **kwargs):
        return Response(request.data)


urlpatterns = format_suffix_patterns([
    path("mock/", Mock.as_view()),
    path("ignoring/", Ignoring.as_view()),
    path("minimal/", Minimal.as_view()),
    path("silent/", Silent.as_view()),
    path("static/", StaticPage.as_view()),
    path("static-data/", StaticData.as_view()),
    path("bare", Mock.as_view()),
    path("of/<int:pk>", Mock.as_view()),
])
urlpatterns += format_suffix_patterns([
    path("only/", Mock.as_view(), name="formats-only"),
    path("only/<path:rest>/", Mock.as_view(), name="formats-rest"),
    re_path(r"^only-word/(?P<word>[a-z.]+)/$", Mock.as_view(), name="formats-word"),
], allowed=["formatb", "json"])
urlpatterns += format_suffix_patterns([path("one/", Mock.as_view())], allowed=["formatb"])
