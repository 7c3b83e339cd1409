"""Generic views, which are mixed already."""
from rest_framework import generics

from part_1.models import Snippet
from part_1.serializers import SnippetModelSerializer


class SnippetList(generics.ListCreateAPIView):
    queryset = Snippet.objects.all()
    serializer_class = SnippetModelSerializer


class SnippetDetail(generics.RetrieveUpdateDestroyAPIView):
    queryset = Snippet.objects.all()
    serializer_class = SnippetModelSerializer
