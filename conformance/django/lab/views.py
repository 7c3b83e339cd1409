from rest_framework import exceptions, generics, permissions, viewsets
from rest_framework.response import Response

from .encoder import encoded


class Lab(generics.GenericAPIView):
    """One serializer: what it makes of a body, and of its instance."""

    # In the query, `many` and `partial` are arguments of the serializer, `update` gives it its instance, and `codes` asks for
    # the codes of errors: with their texts, or with `only` alone.
    authentication_classes = []
    permission_classes = [permissions.AllowAny]
    instance = None

    def get(self, request):
        if self.instance is None:
            return Response(self.get_serializer().data)
        return Response(self.get_serializer(self.instance, many=isinstance(self.instance, list)).data)

    def post(self, request):
        asked = request.query_params
        serializer = self.get_serializer(
            self.instance if "update" in asked else None, data=request.data, partial="partial" in asked, many="many" in asked,
        )
        try:
            serializer.is_valid(raise_exception=True)
        except exceptions.ValidationError as error:
            return Response(told(error, asked.get("codes")), status=error.status_code)
        answer = {"validated": encoded(serializer.validated_data)}
        # What a partial serializer leaves out cannot be represented.
        return Response(answer if serializer.partial else {**answer, "data": serializer.data})


def told(error, codes):
    if codes is None:
        return error.detail
    return error.get_codes() if codes == "only" else error.get_full_details()


class Rows(viewsets.ModelViewSet):
    """Rows of one model through one serializer. `many` in the query creates several, `codes` is as above."""

    authentication_classes = []
    permission_classes = [permissions.AllowAny]

    def get_queryset(self):
        return super().get_queryset() if self.queryset is not None else self.serializer_class.Meta.model.objects.order_by("pk")

    def get_serializer(self, *args, **kwargs):
        if self.action == "create" and "many" in self.request.query_params:
            kwargs["many"] = True
        return super().get_serializer(*args, **kwargs)

    def handle_exception(self, exc):
        asked = self.request.query_params
        if isinstance(exc, exceptions.ValidationError) and "codes" in asked:
            return Response(told(exc, asked["codes"]), status=exc.status_code)
        return super().handle_exception(exc)
