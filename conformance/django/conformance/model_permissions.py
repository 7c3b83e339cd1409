"""The sample's projects under Django's model and object permissions, for the cases that need a model with rows."""
from projects.models import Project
from projects.serializers import ProjectSerializer
from rest_framework import permissions, viewsets
from rest_framework.routers import DefaultRouter


class PermittedProjects(viewsets.ModelViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)


class ModelPermittedProjects(PermittedProjects):
    permission_classes = [permissions.DjangoModelPermissions]


class AnonReadableProjects(PermittedProjects):
    permission_classes = [permissions.DjangoModelPermissionsOrAnonReadOnly]


class ObjectPermittedProjects(PermittedProjects):
    permission_classes = [permissions.DjangoObjectPermissions]


class EitherPermittedProjects(PermittedProjects):
    permission_classes = [permissions.IsAdminUser | permissions.DjangoObjectPermissions]


router = DefaultRouter()
router.register("model", ModelPermittedProjects, basename="model-permitted")
router.register("anon", AnonReadableProjects, basename="anon-readable")
router.register("object", ObjectPermittedProjects, basename="object-permitted")
router.register("either", EitherPermittedProjects, basename="either-permitted")
urlpatterns = router.urls
