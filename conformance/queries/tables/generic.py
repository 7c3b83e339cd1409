"""Generic foreign keys, in both directions."""
from django.contrib.contenttypes.prefetch import GenericPrefetch
from prelude import *  # noqa: F403
from shop.models import Album, Label, Remark, Song, Sticker, Ticket, Visit

albums, songs, labels, remarks = (model.objects for model in (Album, Song, Label, Remark))


def label_rows():
    return rows(labels.order_by("id").values_list("id", "text", "content_type__model", "object_id"))


def remark_rows():
    return rows(remarks.order_by("id").values_list("id", "text", "about_type__model", "about_id"))


def named(row):
    return row and [type(row).__name__, str(row.pk)]


def about(row):
    """The row, and what it refers to; the name of Django's error where it is no key of that model."""
    return [row, named(row.content_object if isinstance(row, Label) else row.about)]


def assigned(pk):
    label = labels.get(pk=pk)
    label.content_object = songs.get(pk=4)
    label.save()
    return label_rows()


TABLE = {
    "generic object": lambda: [about(labels.get(pk=pk)) for pk in (1, 3, 6)],
    "generic object by text": lambda: [about(remarks.get(pk=pk)) for pk in (1, 2, 3, 4, 5, 6)],
    "generic prefetch": lambda: [about(row) for row in labels.order_by("id").prefetch_related("content_object")],
    "generic prefetch by text": lambda: [about(row) for row in remarks.exclude(text="torn").prefetch_related("about")],
    "generic prefetch by querysets": lambda: [
        about(row)
        for row in labels.order_by("id").prefetch_related(
            GenericPrefetch("content_object", [albums.filter(id__gt=1), songs.exclude(title="A")])
        )
    ],
    "generic create": lambda: (labels.create(text="made", content_object=songs.get(pk=2)) and None, label_rows()[-1][1:]),
    "generic create by text": lambda: (remarks.create(text="made", about=Visit.objects.get()) and None, remark_rows()[-1][1:]),
    "generic assign": lambda: assigned(1),
    "generic filter": lambda: albums.filter(labels__text="loud"),
    "generic filter of another type": lambda: songs.filter(labels__text="loud"),
    "generic filter two in one": lambda: albums.filter(labels__text="loud", labels__object_id=1),
    "generic filter twice": lambda: albums.filter(labels__text="loud").filter(labels__text="old"),
    "generic filter isnull": lambda: albums.filter(labels__isnull=True),
    "generic exclude": lambda: albums.exclude(labels__text="loud"),
    "generic exclude another type": lambda: songs.exclude(labels__text="loud"),
    "generic exclude isnull": lambda: songs.exclude(labels__isnull=True),
    "generic filter by text": lambda: remarks.filter(remarks__text="why"),
    "generic exclude a text key": lambda: Ticket.objects.exclude(remarks__text="so"),
    "generic filter a text key": lambda: Ticket.objects.filter(remarks__text="so"),
    "generic filter over a key": lambda: songs.filter(album__labels__text="new"),
    "generic count": lambda: albums.annotate(n=Count("labels")),
    "generic count distinct over two": lambda: albums.annotate(n=Count("labels", distinct=True), m=Count("songs", distinct=True)),
    "generic order": lambda: albums.filter(labels__isnull=False).order_by("-labels__text", "id"),
    "generic values": lambda: albums.order_by("id", "labels__id").values_list("id", "labels__text"),
    "generic back": lambda: labels.filter(album__title="Red").order_by("id"),
    "generic back to another type": lambda: labels.filter(song__title="Red").order_by("id"),
    "generic back exclude": lambda: labels.exclude(album__title="Red").order_by("id"),
    "generic back isnull": lambda: labels.filter(song__isnull=True).order_by("id"),
    "generic back by text": lambda: remarks.filter(ticket__code="1"),
    "generic back further": lambda: labels.filter(song__album__title="Blue").order_by("id"),
    "generic of a type": lambda: labels.filter(content_type__app_label="shop", content_type__model="song").order_by("id"),
    "generic rows": lambda: (rows(Album(id=1).labels.order_by("id")), rows(Song(id=1).labels.all()), rows(Ticket(code="1").remarks.all())),
    "generic rows by text": lambda: (rows(Remark(id=1).remarks.all()), rows(Remark(id=4).remarks.all())),
    "generic rows filtered": lambda: rows(Album(id=1).labels.filter(text="old")),
    "generic prefetch back": lambda: [(a, sorted(a.labels.all(), key=lambda l: l.id)) for a in albums.prefetch_related("labels")],
    "generic prefetch back of text keys": lambda: [(t.code, list(t.remarks.all())) for t in Ticket.objects.order_by("code").prefetch_related("remarks")],
    "generic prefetch back two": lambda: [([s, list(s.labels.order_by("id").values_list("id", flat=True))]) for s in songs.all()],
    "generic add": lambda: (Album(id=3).labels.add(*labels.filter(id__in=[1, 5])), label_rows()),
    "generic add nothing": lambda: (Album(id=3).labels.add(), label_rows()),
    "generic add by text": lambda: (Ticket(code="x-2").remarks.add(remarks.get(id=1)), remark_rows()),
    "generic create back": lambda: (Song(id=4).labels.create(text="made") and None, label_rows()[-1][1:]),
    "generic get or create": lambda: (Album(id=1).labels.get_or_create(text="old")[1], Album(id=2).labels.get_or_create(text="old")[1], len(label_rows())),
    "generic update or create": lambda: (Album(id=1).labels.update_or_create(text="old", defaults={"text": "older"})[1], Album(id=2).labels.update_or_create(text="old", defaults={"text": "older"})[1], label_rows()[:4]),
    "generic remove": lambda: (Album(id=1).labels.remove(*labels.filter(id__in=[1, 4])), label_rows(), rows(Sticker.objects.order_by("id"))),
    "generic clear": lambda: (Album(id=1).labels.clear(), label_rows()),
    "generic set": lambda: (Album(id=1).labels.set(labels.filter(id__in=[2, 5])), label_rows()),
    "generic set the same": lambda: (Album(id=1).labels.set(labels.filter(id__in=[1, 2])), label_rows()),
    "generic delete": lambda: (albums.filter(id=1).delete(), label_rows(), remark_rows(), rows(Sticker.objects.order_by("id"))),
    "generic delete of nothing": lambda: (albums.filter(id=3).delete(), label_rows()),
    "generic delete a text key": lambda: (Ticket.objects.filter(code="1").delete(), remark_rows()),
    "generic delete round": lambda: (remarks.filter(id=1).delete(), remark_rows()),
    "generic delete the rows": lambda: (labels.filter(id=3).delete(), label_rows(), rows(Sticker.objects.order_by("id"))),
}
