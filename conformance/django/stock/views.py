from rest_framework import permissions, serializers, viewsets

from .models import Item, Label


class LabelSerializer(serializers.ModelSerializer):
    class Meta:
        model = Label
        fields = ["id", "code", "number", "serial"]


class ChosenSerializer(serializers.ModelSerializer):
    """Only items with a number of one digit can be named."""

    code = serializers.SlugRelatedField(slug_field="code", queryset=Item.objects.filter(number__lt=10))

    class Meta:
        model = Label
        fields = ["id", "code"]


class LabelViewSet(viewsets.ModelViewSet):
    permission_classes = [permissions.AllowAny]
    queryset = Label.objects.order_by("id")
    serializer_class = LabelSerializer


class ChosenViewSet(LabelViewSet):
    serializer_class = ChosenSerializer
