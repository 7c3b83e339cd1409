"""Conditional requests: the decorator `condition`, and answers of which ConditionalGetMiddleware makes something."""
import datetime

from django.http import StreamingHttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from rest_framework import permissions
from rest_framework.response import Response
from rest_framework.views import APIView

CHANGED = datetime.datetime(2025, 1, 2, 3, 4, 5, 600000, tzinfo=datetime.timezone.utc)
# The ETag and the time of the last change.
KNOWN = {
    "both": ("v1", CHANGED),
    "etag": ("v1", None),
    "weak": ('W/"v1"', CHANGED),
    "quoted": ('"v1"', None),
    "comma": ("v1,v2", None),
    "modified": (None, CHANGED),
    "none": (None, None),
}
HEADERS = {
    "plain": {},
    "no-store": {"Cache-Control": "private, No-Store"},
    "private": {"Cache-Control": "private, max-age=5"},
    "own": {"ETag": '"own"'},
    "weak": {"ETag": 'W/"own"'},
    "blank": {"ETag": ""},
    "modified": {"Last-Modified": "Thu, 02 Jan 2025 03:04:05 GMT"},
    "broken": {"Last-Modified": "yesterday"},
    "described": {
        "Content-Location": "/here/", "Expires": "Thu, 02 Jan 2025 03:04:05 GMT", "Vary": "X-Kind", "X-Own": "1",
        "Content-Language": "en",
    },
}


def etag(request, how):
    return KNOWN[how][0]


def last_modified(request, how):
    return KNOWN[how][1]


@method_decorator(condition(etag_func=etag, last_modified_func=last_modified), name="get")
@method_decorator(condition(etag_func=etag, last_modified_func=last_modified), name="post")
@method_decorator(condition(etag_func=etag, last_modified_func=last_modified), name="put")
@method_decorator(condition(etag_func=etag, last_modified_func=last_modified), name="delete")
class Known(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request, how):
        return Response({"method": request.method})

    def post(self, request, how):
        return Response({"method": request.method}, status=201)

    def put(self, request, how):
        return Response({"method": request.method})

    def delete(self, request, how):
        return Response(status=204)


class Made(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request, how):
        if how == "streamed":
            return StreamingHttpResponse(iter(["hello"]), content_type="text/plain")
        if how == "empty":
            return Response()
        if how.isdigit():
            return Response({"status": how}, status=int(how))
        response = Response({"how": how}, headers=HEADERS[how])
        if how == "described":
            response.set_cookie("a", "b")
        return response

    post = get


urlpatterns = [path("known/<str:how>/", Known.as_view()), path("made/<str:how>/", Made.as_view())]
