"""Three users, their groups and their snippets, the same every time."""
import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.core.management.color import no_style
from django.db import connection, transaction

from part_1.models import Snippet as PlainSnippet
from part_4.models import Snippet

EPOCH = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)
SNIPPETS = [
    {"code": 'foo = "bar"\n'},
    {"code": 'print("hello, <world> & \'others\'")\nprint(2)', "title": "Hello", "linenos": True},
    {"code": "SELECT 'é'; -- \u2028\t\\", "title": "<b>Query</b>", "language": "sql", "style": "monokai"},
]


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, *args, **options):
        for pk, name in enumerate(["alice", "bob", "carol"], 1):
            password = make_password(f"{name}-password", salt=f"{name}saltsaltsaltsaltsalt"[:22])
            joined = EPOCH + datetime.timedelta(days=pk)
            User.objects.create(pk=pk, username=name, email=f"{name}@example.com", password=password, date_joined=joined)
        for pk, name in enumerate(["readers", "editors"], 1):
            Group.objects.create(pk=pk, name=name).user_set.set([pk, 3])
        for number, values in enumerate(SNIPPETS, 1):
            PlainSnippet.objects.create(pk=number, **values)
            Snippet.objects.create(pk=number, owner_id=1 + number % 2, **values)
        for model in (PlainSnippet, Snippet):
            for snippet in model.objects.all():
                model.objects.filter(pk=snippet.pk).update(created=EPOCH + datetime.timedelta(minutes=snippet.pk))
        # PostgreSQL's sequences do not know of keys that were given.
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [User, Group, PlainSnippet, Snippet]):
                cursor.execute(statement)
