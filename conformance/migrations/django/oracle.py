"""What Django makes of the changes, in one process for each stage: `oracle.py STAGE FOLDER` reads commands, a line of JSON each,
and answers each with a line of JSON. FOLDER has a package for each app; DATABASE_URL says where the first database is, and
`use` takes another one."""
import datetime
import io
import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))

from changes import ALL  # noqa: E402

MODELS = """
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, HStoreField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Upper


def some_json():
    return {"a": [1, "x"]}

"""
# The names, of models or fields, that became others. `src/answers.rs` has the same.
RENAMED = {
    ("name", "title"), ("code", "sign"), ("pieces", "units"), ("maker", "author"), ("tags", "labels"), ("Thing", "Item"),
}
DEFAULTS = {
    "label": "it's \\new", "since": datetime.date(2024, 5, 6),
    "made": datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc), "maker": 1, "owner": 1, "weight": 7, "tags": 1,
}


def database(url):
    """Django's setting for a URL."""
    url = urlsplit(url)
    if url.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path[1:]}
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": unquote(url.username),
        "PASSWORD": unquote(url.password), "HOST": url.hostname, "PORT": url.port,
    }


def write_apps(folder, stage, changes):
    """The models of a stage. The migrations by hand are there before the changes already, as ours are."""
    for change in changes:
        app = folder / change.app
        (app / "migrations").mkdir(parents=True, exist_ok=True)
        for package in (app, app / "migrations"):
            (package / "__init__.py").touch()
        (app / "models.py").write_text(MODELS + getattr(change, stage))


def write_by_hand(folder, changes):
    for change in changes:
        for name, text in change.by_hand.items():
            (folder / change.app / "migrations" / f"{name}.py").write_text(text)


def start(folder, stage):
    import django
    from django.conf import settings

    url = os.environ["DATABASE_URL"]
    changes = [change for change in ALL.values() if not change.is_postgres or url.startswith("postgres")]
    write_apps(folder, stage, changes)
    sys.path.insert(0, str(folder))
    settings.configure(
        DATABASES={"default": database(url)}, INSTALLED_APPS=sorted(change.app for change in changes),
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", AUTH_USER_MODEL="people.Person", USE_TZ=True, TIME_ZONE="UTC",
    )
    django.setup()
    return changes


def questioner():
    from django.db.migrations.questioner import MigrationQuestioner

    class Table(MigrationQuestioner):
        def ask_rename(self, model_name, old_name, new_name, field_instance):
            return (old_name, new_name) in RENAMED

        def ask_rename_model(self, old_model_state, new_model_state):
            return (old_model_state.name, new_model_state.name) in RENAMED

        def ask_not_null_addition(self, field_name, model_name):
            return DEFAULTS[field_name]

        ask_auto_now_add_addition = ask_not_null_addition

        def ask_not_null_alteration(self, field_name, model_name):
            from django.db.models import NOT_PROVIDED

            return NOT_PROVIDED if field_name == "ignored" else DEFAULTS[field_name]

    return Table


def only_own_fields_before_generated():
    """A new field that is computed waits for every new key, whichever its app. Nothing can be computed of those of other apps,
    and here each app is a change of its own."""
    from django.db.migrations.autodetector import MigrationAutodetector as Detector

    def generate(self, app_label, model_name, field_name, original=Detector._generate_added_field):
        self.app_of_added = app_label
        original(self, app_label, model_name, field_name)

    def dependencies(self, field, original=Detector._get_dependencies_for_generated_field):
        return [one for one in original(self, field) if one.app_label == self.app_of_added]

    Detector._generate_added_field, Detector._get_dependencies_for_generated_field = generate, dependencies


class Oracle:
    def __init__(self, folder, stage):
        self.folder, self.stage = folder, stage
        self.changes = start(folder, stage)

    def command(self, *arguments, **options):
        from django.core.management import call_command

        self.forget_migrations()
        output = io.StringIO()
        call_command(*arguments, stdout=output, stderr=output, skip_checks=True, **options)
        return output.getvalue()

    def makemigrations(self):
        from django.core.management.commands import makemigrations

        only_own_fields_before_generated()
        makemigrations.NonInteractiveMigrationQuestioner = lambda *_, **__: questioner()(specified_apps=(), dry_run=False)
        self.command("makemigrations", interactive=False)
        if self.stage == "before":
            write_by_hand(self.folder, self.changes)
            import importlib

            importlib.invalidate_caches()

    def merge(self):
        self.command("makemigrations", "branches", merge=True, interactive=False)

    def squash(self, app, name):
        self.command("squashmigrations", app, name, interactive=False)

    def forget_migrations(self):
        """Django changes the operations of a migration that it has read, as where a field is renamed that a key refers to: each
        command is to begin with those of the files."""
        for change in self.changes:
            for name in [name for name in sys.modules if name.startswith(f"{change.app}.migrations")]:
                del sys.modules[name]

    def loader(self):
        from django.db import connection
        from django.db.migrations.loader import MigrationLoader

        self.forget_migrations()
        return MigrationLoader(connection, replace_migrations=False)

    def describe(self):
        return {
            f"{app}.{name}": [operation.describe() for operation in migration.operations]
            for (app, name), migration in sorted(self.loader().disk_migrations.items())
        }

    def sql(self, backwards):
        """The lines of `sqlmigrate`. The models are made before the first operation, as `migrate` does: `sqlmigrate` makes those
        after an operation first, whereby the columns of SQLite's new tables are in another order than `migrate` gives them."""
        from django.db import connection

        loader, texts = self.loader(), {}
        for (app, name), migration in sorted(loader.disk_migrations.items()):
            with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
                state = loader.project_state((app, name), at_end=False)
                state.apps
                (migration.unapply if backwards else migration.apply)(state, editor, collect_sql=True)
            lines = editor.collected_sql
            texts[f"{app}.{name}"] = ["BEGIN;", *lines, "COMMIT;"] if lines and migration.atomic else lines
        return texts

    def migrate(self, targets, **options):
        """To several targets at once: `[app, name]`, where no name is before the first."""
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        self.forget_migrations()
        executor = MigrationExecutor(connection)
        if targets is None:
            targets = executor.loader.graph.leaf_nodes()
        executor.migrate([tuple(target) for target in targets], **options)

    def check(self):
        found = {}
        for command, options in [("migrate", {"check_unapplied": True}), ("makemigrations", {"check_changes": True, "interactive": False})]:
            try:
                self.command(command, **options)
                found[command] = True
            except SystemExit:
                found[command] = False
        return found

    def use(self, url):
        from django.db import connections

        connections["default"].close()
        connections.databases["default"].update(database(url))
        del connections["default"]


def main(stage, folder):
    oracle = Oracle(Path(folder), stage)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        options = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        print(json.dumps(getattr(oracle, name)(*arguments, **options)), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
