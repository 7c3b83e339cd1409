"""Files and streams."""
import io
import tempfile

from django.http import FileResponse, StreamingHttpResponse
from django.urls import path
from rest_framework import permissions
from rest_framework.views import APIView


class File(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request):
        query = request.query_params
        content = query.get("content", "0123456789").encode()
        file = io.BytesIO(content)
        if "disk" in query:
            file = tempfile.TemporaryFile()
            file.write(content)
            file.seek(0)
        given = {"content_type": query["type"]} if "type" in query else {}
        return FileResponse(file, as_attachment="attachment" in query, filename=query.get("name", ""), **given)


class Stream(APIView):
    permission_classes = [permissions.AllowAny]

    def get(self, request):
        query = request.query_params
        pieces = [f"piece {number}\n" for number in range(int(query.get("pieces", 3)))]
        response = StreamingHttpResponse(iter(pieces), content_type=query.get("type", "text/plain"), status=int(query.get("status", 200)))
        if "length" in query:
            response["Content-Length"] = str(sum(map(len, pieces)))
        if "cookie" in query:
            response.set_cookie("a", "b")
        return response


urlpatterns = [path("file/", File.as_view()), path("stream/", Stream.as_view())]
