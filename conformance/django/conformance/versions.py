"""Versions of an API: how each scheme finds them, which are allowed, and the URLs that keep them."""
from django.urls import include, path
from rest_framework import permissions, renderers, serializers, versioning
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView
from stock.models import Item

OPTIONS = {
    "any": {},
    "allowed": {"allowed_versions": ["v1", "v2"]},
    "default": {"allowed_versions": ["v1", "v2"], "default_version": "v2"},
    "other": {"allowed_versions": ["v1", "v2"], "default_version": "v9"},
    "none": {"allowed_versions": ["v1", "v2", None]},
    "both": {"allowed_versions": ["v1", "v2", None], "default_version": "v2"},
    "named": {"version_param": "v", "allowed_versions": ["v1", "v2"], "default_version": "v1"},
}


class LinkSerializer(serializers.Serializer):
    item = serializers.HyperlinkedRelatedField(view_name="versioned-item", queryset=Item.objects.all())


def named(scheme):
    """DRF's class of a scheme."""
    return next((known.__name__ for known in type(scheme).__mro__ if known.__module__ == versioning.__name__), None)


class Versioned(APIView):
    permission_classes = [permissions.AllowAny]
    renderer_classes = [renderers.JSONRenderer]

    def get(self, request, **kwargs):
        return Response({
            "version": request.version,
            "scheme": named(request.versioning_scheme),
            "plain": reverse("versioned-plain", request=request),
            "item": reverse("versioned-item", kwargs={"pk": 3}, request=request),
            "unversioned": reverse("unversioned", kwargs={"rest": "a b"}, request=request),
        })

    def post(self, request, **kwargs):
        serializer = LinkSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


def view(base, options):
    scheme = type("Own", (base,), options)
    return type("Versioned", (Versioned,), {"versioning_class": scheme}).as_view()


def paths(scheme, suffix=""):
    base = getattr(versioning, scheme)
    return [path(f"{name}/{suffix}", view(base, options)) for name, options in OPTIONS.items()]


target = Versioned.as_view()
targets = [path("plain/", target, name="versioned-plain"), path("items/<int:pk>/", target, name="versioned-item")]
inner = include((targets, "inner"))
in_namespaces = targets + [path("", include(paths("NamespaceVersioning"))), path("inner/", inner)]
urlpatterns = [
    path("accept/", include(paths("AcceptHeaderVersioning"))),
    path("query/", include(paths("QueryParameterVersioning"))),
    path("host/", include(paths("HostNameVersioning"))),
    path("path/", include(paths("URLPathVersioning"))),
    path("path/<version>/", include(paths("URLPathVersioning"))),
    path("path/<v>/v/", include(paths("URLPathVersioning"))),
    path("namespace/v1/", include((in_namespaces, "v1"))),
    path("namespace/v2/", include((in_namespaces, "v2"))),
    path("namespace/v3/", include((in_namespaces, "v3"))),
    path("namespace/deep/", include(([path("v2/", include((in_namespaces, "v2")))], "deep"))),
    path("namespace/none/", include(paths("NamespaceVersioning"))),
    path("none/", target),
    path("any/<path:rest>", target, name="unversioned"),
    path("plain/", target, name="versioned-plain"),
    path("items/<int:pk>/", target, name="versioned-item"),
    path("<version>/plain/", target, name="versioned-plain"),
    path("<version>/items/<int:pk>/", target, name="versioned-item"),
]
