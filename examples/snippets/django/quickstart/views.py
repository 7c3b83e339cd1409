from django.contrib.auth.models import Group, User
from rest_framework import permissions, viewsets

from .serializers import GroupSerializer, UserSerializer


class UserViewSet(viewsets.ModelViewSet):
    """The users, the newest first."""

    queryset = User.objects.order_by("-date_joined", "id")
    serializer_class = UserSerializer
    permission_classes = [permissions.IsAuthenticated]


class GroupViewSet(viewsets.ModelViewSet):
    """The groups by their names."""

    queryset = Group.objects.order_by("name")
    serializer_class = GroupSerializer
    permission_classes = [permissions.IsAuthenticated]
