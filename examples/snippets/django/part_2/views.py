"""Requests and responses: functions that answer several methods, and format suffixes."""
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.response import Response

from part_1.models import Snippet
from part_1.serializers import SnippetModelSerializer


@api_view(["GET", "POST"])
def snippet_list(request, format=None):
    """All snippets, or a new one."""
    if request.method == "GET":
        return Response(SnippetModelSerializer(Snippet.objects.all(), many=True).data)
    serializer = SnippetModelSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    serializer.save()
    return Response(serializer.data, status=status.HTTP_201_CREATED)


@api_view(["GET", "PUT", "DELETE"])
def snippet_detail(request, pk, format=None):
    """One snippet: shown, changed or deleted."""
    try:
        snippet = Snippet.objects.get(pk=pk)
    except Snippet.DoesNotExist:
        return Response(status=status.HTTP_404_NOT_FOUND)
    if request.method == "GET":
        return Response(SnippetModelSerializer(snippet).data)
    if request.method == "PUT":
        serializer = SnippetModelSerializer(snippet, data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)
    snippet.delete()
    return Response(status=status.HTTP_204_NO_CONTENT)
