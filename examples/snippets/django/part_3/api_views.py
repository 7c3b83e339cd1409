"""Classes with a method for each verb."""
from django.http import Http404
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from part_1.models import Snippet
from part_1.serializers import SnippetModelSerializer


class SnippetList(APIView):
    """All snippets, or a new one."""

    def get(self, request, format=None):
        return Response(SnippetModelSerializer(Snippet.objects.all(), many=True).data)

    def post(self, request, format=None):
        serializer = SnippetModelSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data, status=status.HTTP_201_CREATED)


class SnippetDetail(APIView):
    """One snippet: shown, changed or deleted."""

    def get_object(self, pk):
        try:
            return Snippet.objects.get(pk=pk)
        except Snippet.DoesNotExist:
            raise Http404

    def get(self, request, pk, format=None):
        return Response(SnippetModelSerializer(self.get_object(pk)).data)

    def put(self, request, pk, format=None):
        serializer = SnippetModelSerializer(self.get_object(pk), data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)

    def delete(self, request, pk, format=None):
        self.get_object(pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
