from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("labels", views.LabelViewSet)
router.register("chosen", views.ChosenViewSet, basename="chosen")
urlpatterns = router.urls
