"""Each viewset has one setting of the filter or of the permissions."""
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth import get_user_model
from guardian import shortcuts
from rest_framework import filters, pagination, permissions, viewsets
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework_guardian.filters import ObjectPermissionsFilter
from rest_framework_guardian.serializers import ObjectPermissionsAssignmentMixin

from .models import Label, Note, Paper
from .serializers import LabelSerializer, NoteSerializer, PaperSerializer

VIEW = "%(app_label)s.view_%(model_name)s"
CHANGE = "%(app_label)s.change_%(model_name)s"


class ByGlobals(ObjectPermissionsFilter):
    shortcut_kwargs = {"accept_global_perms": True}


class ByOwnRows(ObjectPermissionsFilter):
    shortcut_kwargs = {"accept_global_perms": False, "use_groups": False}


class ByRows(ObjectPermissionsFilter):
    shortcut_kwargs = {"accept_global_perms": False, "with_superuser": False}


class ByRowsAndGlobals(ObjectPermissionsFilter):
    shortcut_kwargs = {"accept_global_perms": True, "with_superuser": False}


class Changeable(ObjectPermissionsFilter):
    perm_format = CHANGE


class Notes(viewsets.ModelViewSet):
    queryset = Note.objects.all()
    serializer_class = NoteSerializer


class Filtered(Notes):
    filter_backends = [ObjectPermissionsFilter]


class FilteredByGlobals(Notes):
    filter_backends = [ByGlobals]


class FilteredByOwnRows(Notes):
    filter_backends = [ByOwnRows]


class FilteredByRows(Notes):
    filter_backends = [ByRows]


class FilteredByRowsAndGlobals(Notes):
    filter_backends = [ByRowsAndGlobals]


class FilteredByChange(Notes):
    filter_backends = [Changeable]


class Pages(pagination.PageNumberPagination):
    page_size = 2
    page_size_query_param = "size"


class Paged(Notes):
    filter_backends = [ObjectPermissionsFilter, filters.SearchFilter, filters.OrderingFilter]
    search_fields = ["title"]
    ordering_fields = ["id", "title"]
    pagination_class = Pages


class Limits(pagination.LimitOffsetPagination):
    default_limit = 2


class Limited(Paged):
    pagination_class = Limits


class Cursors(pagination.CursorPagination):
    page_size = 2
    ordering = "-id"


class Cursored(Notes):
    filter_backends = [ObjectPermissionsFilter]
    pagination_class = Cursors


class Guarded(Notes):
    permission_classes = [permissions.DjangoObjectPermissions]


class GuardedAndFiltered(Guarded):
    filter_backends = [ObjectPermissionsFilter]


class Readable(permissions.DjangoObjectPermissions):
    perms_map = {
        "GET": [VIEW],
        "OPTIONS": [],
        "HEAD": [VIEW],
        "POST": ["%(app_label)s.add_%(model_name)s"],
        "PUT": [VIEW, CHANGE],
        "PATCH": [CHANGE],
        "DELETE": ["%(app_label)s.delete_%(model_name)s"],
    }


class Mapped(Notes):
    permission_classes = [Readable]


class OnObjectsAlone(Readable):
    def has_permission(self, request, view):
        return True


class Lenient(Notes):
    permission_classes = [OnObjectsAlone]


class MappedModel(Notes):
    class Permission(permissions.DjangoModelPermissions):
        perms_map = {**permissions.DjangoModelPermissions.perms_map, "GET": [VIEW]}

    permission_classes = [Permission]


class MappedAnon(Notes):
    class Permission(permissions.DjangoModelPermissionsOrAnonReadOnly):
        perms_map = {**permissions.DjangoModelPermissionsOrAnonReadOnly.perms_map, "GET": [VIEW]}

    permission_classes = [Permission]


class Either(Notes):
    permission_classes = [permissions.IsAdminUser | permissions.DjangoObjectPermissions]


class Papers(viewsets.ModelViewSet):
    queryset = Paper.objects.all()
    serializer_class = PaperSerializer
    filter_backends = [ObjectPermissionsFilter]
    permission_classes = [OnObjectsAlone]


class Labels(viewsets.ModelViewSet):
    queryset = Label.objects.all()
    serializer_class = LabelSerializer
    filter_backends = [ObjectPermissionsFilter]
    permission_classes = [OnObjectsAlone]


class AssignedSerializer(ObjectPermissionsAssignmentMixin, NoteSerializer):
    def get_permissions_map(self, created):
        user = self.context["request"].user
        return {"view_note": [user, Group.objects.get(name="readers")], "change_note": [user]}


class Assigned(Notes):
    serializer_class = AssignedSerializer
    permission_classes = [permissions.IsAuthenticated]


def holder(name):
    if name == "nobody":
        return AnonymousUser()
    if name.startswith("group:"):
        return Group.objects.get(name=name.removeprefix("group:"))
    return get_user_model().objects.get_by_natural_key(name)


MODELS = {"note": Note, "paper": Paper, "label": Label}


@api_view(["GET"])
def perms(request, kind, pk):
    who = holder(request.query_params["of"])
    instance = MODELS[kind].objects.get(pk=pk)
    found = {"perms": sorted(shortcuts.get_perms(who, instance))}
    if not isinstance(who, Group):
        names = [f"view_{kind}", f"notes.change_{kind}", "notes.unknown"]
        found["has"] = [who.has_perm(name, instance) for name in names]
    return Response(found)


def flag(request, name, default):
    return request.query_params.get(name, default) == "1"


@api_view(["GET"])
def objects(request):
    who = holder(request.query_params["of"])
    wanted = request.query_params.getlist("perm")
    options = {"any_perm": flag(request, "any", "0"), "accept_global_perms": flag(request, "global", "1")}
    if isinstance(who, Group):
        found = shortcuts.get_objects_for_group(who, wanted, Note, **options)
    else:
        options |= {"use_groups": flag(request, "groups", "1"), "with_superuser": flag(request, "superuser", "1")}
        found = shortcuts.get_objects_for_user(who, wanted, Note, **options)
    return Response([note.id for note in found])


@api_view(["GET"])
def holders(request, pk):
    note = Note.objects.get(pk=pk)
    only = request.query_params.getlist("only") or None
    users = shortcuts.get_users_with_perms(
        note, with_superusers=flag(request, "superusers", "0"), with_group_users=flag(request, "group_users", "1"),
        only_with_perms_in=only,
    )
    groups = shortcuts.get_groups_with_perms(note, only_with_perms_in=only)
    return Response({"users": sorted(user.get_username() for user in users), "groups": sorted(group.name for group in groups)})


@api_view(["POST"])
def grants(request):
    """Gives or takes a permission: one, of many objects, or of many users or groups."""
    op, perm, to, on = (request.data[key] for key in ("op", "perm", "to", "on"))
    if op in ("assign", "remove"):
        act = shortcuts.assign_perm if op == "assign" else shortcuts.remove_perm
        done = act(perm, holder(to[0]), Note.objects.get(pk=on[0]))
    elif op in ("bulk_assign", "bulk_remove"):
        act = shortcuts.assign_perm if op == "bulk_assign" else shortcuts.remove_perm
        done = act(perm, holder(to[0]), Note.objects.filter(pk__in=on))
    else:
        act = shortcuts.assign_perm if op == "assign_many" else shortcuts.remove_perm
        done = act(perm, [holder(name) for name in to], Note.objects.get(pk=on[0]))
    if op == "bulk_assign":
        return Response({"added": len(done)})
    return Response({"removed": done[0]} if "remove" in op else {})
