"""Users, groups, notes, and who may do what with them; the same every time."""
import datetime
import uuid

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.core.management.color import no_style
from django.db import connection, transaction
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import assign_perm
from rest_framework.authtoken.models import Token

from notes.models import Label, Note, Paper

EPOCH = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
USERS = {
    "admin": {"is_superuser": True},
    "alice": {},
    "bob": {},
    "carol": {},
    "dave": {"is_staff": True},
    "erin": {"is_active": False},
    "frank": {"is_active": False, "is_superuser": True},
}
GROUPS = {"readers": ["alice", "bob"], "editors": ["bob"]}
GLOBAL = {"carol": ["view_note", "change_note"], "dave": ["delete_note", "add_note", "change_note"], "bob": ["change_note", "delete_note"]}
ON_NOTES = {
    "alice": {"view_note": [1, 2, 3], "change_note": [2], "delete_note": [3]},
    "bob": {"change_note": [3]},
    "carol": {"view_note": [8]},
    "dave": {"view_note": [2], "change_note": [2, 3], "delete_note": [3]},
    "erin": {"view_note": [1, 2]},
    "frank": {"view_note": [1]},
    "admin": {"view_note": [7]},
    "AnonymousUser": {"view_note": [1, 6], "change_note": [6]},
    "group:readers": {"view_note": [3, 4], "change_note": [4]},
    "group:editors": {"view_note": [5], "change_note": [5], "delete_note": [5], "publish_note": [5]},
}


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, *args, **options):
        self.make_users()
        for pk in range(1, 10):
            Note.objects.create(pk=pk, title=f"Note {'abc'[pk % 3]} {pk}")
        for number in (1, 2, 3):
            Paper.objects.create(pk=uuid.UUID(int=0xABC0000000 + number), title=f"Paper {number}")
        for name in ("red", "light blue", "grün"):
            Label.objects.create(name=name, title=f"Label {name}")
        self.give_permissions()
        # PostgreSQL's sequences do not know of keys that were given.
        with connection.cursor() as cursor:
            models = [get_user_model(), Group, Note, UserObjectPermission, GroupObjectPermission]
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)

    def make_users(self):
        User = get_user_model()
        # guardian's user was made at some time.
        User.objects.filter(username="AnonymousUser").update(date_joined=EPOCH, password="!" + "x" * 40)
        for pk, (name, values) in enumerate(USERS.items(), 1):
            password = make_password(f"{name}-password", salt=f"{name}saltsaltsaltsaltsalt"[:22])
            user = User.objects.create(pk=10 + pk, username=name, password=password, date_joined=EPOCH, **values)
            Token.objects.create(user=user, key=f"{pk:x}" * 40)
        Token.objects.update(created=EPOCH)
        for pk, (name, members) in enumerate(GROUPS.items(), 1):
            group = Group.objects.create(pk=pk, name=name)
            group.user_set.set(User.objects.filter(username__in=members))
        for name, codenames in GLOBAL.items():
            User.objects.get(username=name).user_permissions.set(Permission.objects.filter(codename__in=codenames))
        Group.objects.get(name="editors").permissions.set(Permission.objects.filter(codename="view_note"))

    def give_permissions(self):
        for name, given in ON_NOTES.items():
            for codename, pks in given.items():
                for pk in pks:
                    assign_perm(codename, self.holder(name), Note.objects.get(pk=pk))
        papers = list(Paper.objects.order_by("pk"))
        labels = {label.pk: label for label in Label.objects.all()}
        for name, codename, instance in (
            ("alice", "view_paper", papers[0]),
            ("group:readers", "view_paper", papers[1]),
            ("group:editors", "change_paper", papers[1]),
            ("AnonymousUser", "view_paper", papers[2]),
            ("alice", "view_label", labels["red"]),
            ("group:readers", "view_label", labels["grün"]),
            ("bob", "delete_label", labels["grün"]),
            ("AnonymousUser", "view_label", labels["light blue"]),
        ):
            assign_perm(codename, self.holder(name), instance)

    def holder(self, name):
        if name.startswith("group:"):
            return Group.objects.get(name=name.removeprefix("group:"))
        return get_user_model().objects.get(username=name)
