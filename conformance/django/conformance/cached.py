"""Pages in the cache: what `cache_page` keeps, and what it says of them. Each page says how often one was made at its address."""
from collections import Counter

from django.http import StreamingHttpResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_page, never_cache
from django.views.decorators.vary import vary_on_cookie, vary_on_headers
from rest_framework import authentication, exceptions, permissions
from rest_framework.response import Response
from rest_framework.views import APIView

MADE = Counter()
# What a page says of itself, by a name.
HEADERS = {
    "plain": {},
    "private": {"Cache-Control": "private"},
    "upper": {"Cache-Control": "PRIVATE"},
    "no-store": {"Cache-Control": "max-age=5, no-store"},
    "no-cache": {"Cache-Control": "no-cache"},
    "no-cache-of": {"Cache-Control": 'no-cache="set-cookie"'},
    "public": {"Cache-Control": "public"},
    "short": {"Cache-Control": "max-age=10"},
    "long": {"Cache-Control": "max-age=600"},
    "zero": {"Cache-Control": "max-age=0"},
    "several": {"Cache-Control": "max-age=30, Must-Revalidate,no-transform"},
    "star": {"Vary": "*"},
    "varies": {"Vary": "X-Kind, x-other"},
    "expires": {"Expires": "Thu, 02 Jan 2025 03:04:05 GMT"},
    "etag": {"ETag": '"v1"'},
    "cookie": {"Set-Cookie": "a"},
    "cookie-and-vary": {"Set-Cookie": "a", "Vary": "Cookie"},
    "cookie-and-kind": {"Set-Cookie": "a", "Vary": "X-Kind"},
}


def page(request, status=200):
    address = f"{request.method} {request.get_full_path()}"
    MADE[address] += 1
    return Response({"user": request.user.get_username(), "made": MADE[address]}, status=status)


def said(request, how):
    response = page(request)
    for name, value in HEADERS[how].items():
        if name == "Set-Cookie":
            response.set_cookie(value, "b")
        else:
            response[name] = value
    return response


def failing(request, name):
    page(request)
    raise exceptions.NotFound() if name == "missing" else exceptions.ParseError()


def streamed(request):
    made = page(request).data["made"]
    return StreamingHttpResponse(iter([f"made {made}"]), content_type="text/plain")


def view(answer, *decorators, **attributes):
    def get(self, request, **kwargs):
        return answer(request, **kwargs)

    for decorator in decorators:
        get = method_decorator(decorator)(get)
    defaults = {
        "authentication_classes": [authentication.BasicAuthentication], "permission_classes": [permissions.AllowAny],
    }
    return type("Page", (APIView,), {"get": get, "post": get, **defaults, **attributes}).as_view()


urlpatterns = [
    path("headers/<str:how>/", view(said, cache_page(60))),
    path("status/<int:status>/", view(page, cache_page(60))),
    path("errors/<str:name>/", view(failing, cache_page(60))),
    path("kinds/", view(page, vary_on_headers("X-Kind", "X-Other"), cache_page(60))),
    path("by-cookie/", view(page, vary_on_cookie, cache_page(60))),
    path("members/", view(page, cache_page(60), permission_classes=[permissions.IsAuthenticated])),
    path("sessions/", view(page, cache_page(60), authentication_classes=[authentication.SessionAuthentication])),
    path("sessions-by-cookie/", view(page, vary_on_cookie, cache_page(60), authentication_classes=[authentication.SessionAuthentication])),
    path("not-at-all/", view(page, cache_page(0))),
    path("never/", never_cache(view(page))),
    path("streamed/", view(streamed, cache_page(60))),
]
