"""What PostgreSQL alone has: arrays, ranges, hstores, full-text search. On SQLite there is nothing to ask."""
from prelude import *  # noqa: F403
from shop.models import IS_POSTGRESQL

TABLE = {}
if IS_POSTGRESQL:
    from django.contrib.postgres.search import (
        SearchHeadline, SearchQuery, SearchRank, SearchVector, TrigramDistance, TrigramSimilarity, TrigramStrictWordDistance,
        TrigramStrictWordSimilarity, TrigramWordDistance, TrigramWordSimilarity,
    )
    from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange, NumericRange
    from shop.models import Edition

    editions = Edition.objects.order_by("id")
    empty = NumericRange(empty=True)
    fields = ["tags", "sizes", "board", "ages", "keys", "prices", "stay", "shift", "facts", "words"]

    def only(value):
        return NumericRange(value, value, "[]")

    def saved():
        edition = Edition.objects.get(id=1)
        edition.pk, edition._state.adding = None, True
        edition.save()
        found = Edition.objects.get(pk=edition.pk)
        values = [getattr(found, field) for field in fields]
        return values[:5], values[5:]

    def ranked(**options):
        return editions.values_list("id", SearchRank(F("words"), SearchQuery("quick") | SearchQuery("fox"), **options))

    def created(**values):
        pk = Edition.objects.create(text="new", board=[], **values).pk
        return list(Edition.objects.filter(pk=pk).values_list("tags", "sizes", "ages", "prices", "facts", "words"))

    def updated(**values):
        Edition.objects.filter(id__lte=2).update(**values)
        return [list(editions.filter(id__lte=2).values_list(name, flat=True)) for name in values]

    TABLE = {
        **{f"values of {field}": lambda field=field: editions.values_list(field, flat=True) for field in fields},
        "array exact": lambda: editions.filter(tags=["a", "b"]),
        "array exact empty": lambda: editions.filter(tags=[]),
        "array exact NULL inside": lambda: editions.filter(sizes=[None, 2]),
        "array exclude exact": lambda: editions.exclude(sizes=[1, 2, 3]),
        "array isnull": lambda: editions.filter(sizes=None),
        "array in": lambda: editions.filter(tags__in=[["A"], ["b"], ["x"]]),
        "array gt": lambda: editions.filter(sizes__gt=[2]),
        "array contains": lambda: editions.filter(tags__contains=["b"]),
        "array contains special": lambda: editions.filter(tags__contains=["back\\slash", '"q"', "", "NULL"]),
        "array contains nothing": lambda: editions.filter(tags__contains=[]),
        "array exclude contains": lambda: editions.exclude(sizes__contains=[2]),
        "array contained by": lambda: editions.filter(tags__contained_by=["a", "b", "c"]),
        "array overlap": lambda: editions.filter(tags__overlap=["a", "c"]),
        "array exclude overlap": lambda: editions.exclude(sizes__overlap=[2, 5]),
        "array len": lambda: editions.filter(sizes__len=0),
        "array len gt": lambda: editions.filter(tags__len__gt=1),
        "array exclude len": lambda: editions.exclude(sizes__len=3),
        "array first": lambda: editions.filter(tags__0="b"),
        "array first number": lambda: editions.filter(sizes__0__gte=3),
        "array exclude second": lambda: editions.exclude(sizes__1=2),
        "array first icontains": lambda: editions.filter(tags__0__icontains="a"),
        "array slice": lambda: editions.filter(tags__0_2=["a", "b"]),
        "array slice contains": lambda: editions.filter(tags__1_3__contains=["c"]),
        "array nested": lambda: editions.filter(board=[[1, 2], [3, 4]]),
        "array nested inside": lambda: editions.filter(board__0=None),
        "array order": lambda: Edition.objects.order_by("tags", "id"),
        "array order by len": lambda: Edition.objects.order_by("-tags__len", "id"),
        "array column": lambda: editions.filter(tags__contains=F("tags")),
        "range exact": lambda: editions.filter(ages=NumericRange(5, 11)),
        "range exact not canonical": lambda: editions.filter(ages=NumericRange(5, 10, "[]")),
        "range exact empty": lambda: editions.filter(ages=empty),
        "range exclude exact": lambda: editions.exclude(keys=NumericRange(7, 8)),
        "range contains value": lambda: editions.filter(ages__contains=4),
        "range contains range": lambda: editions.filter(ages__contains=NumericRange(6, 8)),
        "range contains big value": lambda: editions.filter(keys__contains=2**40 + 1),
        # Of a number alone Django makes a cast to `numeric(None, None)`, which PostgreSQL does not know.
        "range contains decimal": lambda: editions.filter(prices__contains=only(Decimal("9.99"))),
        "range contains date": lambda: editions.filter(stay__contains=date(2025, 1, 5)),
        "range contains datetime": lambda: editions.filter(shift__contains=at("2025-01-01 08:00:00")),
        "range exclude contains": lambda: editions.exclude(prices__contains=only(Decimal("1.5"))),
        "range contained by": lambda: editions.filter(ages__contained_by=NumericRange(0, 20)),
        "range overlap": lambda: editions.filter(stay__overlap=DateRange(date(2025, 1, 9), date(2025, 1, 11))),
        "range fully lt": lambda: editions.filter(ages__fully_lt=NumericRange(5, 6)),
        "range fully gt": lambda: editions.filter(ages__fully_gt=NumericRange(1, 4)),
        "range not lt": lambda: editions.filter(ages__not_lt=NumericRange(3, 5)),
        "range not gt": lambda: editions.filter(ages__not_gt=NumericRange(3, 5)),
        "range adjacent to": lambda: editions.filter(ages__adjacent_to=NumericRange(5, 7)),
        "range startswith": lambda: editions.filter(ages__startswith=5),
        "range endswith lt": lambda: editions.filter(stay__endswith__lt=date(2025, 1, 8)),
        "range startswith missing": lambda: editions.filter(ages__startswith=None),
        "range exclude endswith": lambda: editions.exclude(shift__endswith=at("2025-01-01 09:00:00")),
        "range isempty": lambda: editions.filter(keys__isempty=True),
        "range exclude isempty": lambda: editions.exclude(keys__isempty=True),
        "range lower inc": lambda: editions.filter(shift__lower_inc=False),
        "range lower inf": lambda: editions.filter(ages__lower_inf=True),
        "range upper inc": lambda: editions.filter(prices__upper_inc=True),
        "range upper inf": lambda: editions.filter(keys__upper_inf=True),
        "range lt": lambda: editions.filter(ages__lt=NumericRange(3, 4)),
        "range order": lambda: Edition.objects.order_by("ages", "id"),
        "number in a range": lambda: books.filter(pages__contained_by=NumericRange(33, 101)),
        "decimal in a range": lambda: books.filter(price__contained_by=NumericRange(Decimal("5.25"), Decimal("10.00"), "(]")),
        "float in a range": lambda: books.filter(rating__contained_by=NumericRange(0, 4)),
        "date in a range": lambda: books.filter(published__contained_by=DateRange(date(2024, 1, 1), None)),
        "datetime in a range": lambda: books.filter(created__contained_by=DateTimeTZRange(None, at("2021-01-04 00:00:00"))),
        "exclude number in a range": lambda: books.exclude(pages__contained_by=NumericRange(33, 101)),
        "small number in a range": lambda: reviews.filter(stars__contained_by=NumericRange(3, 5)).order_by("id"),
        "hstore exact": lambda: editions.filter(facts={"size": "10", "color": "red"}),
        "hstore exact empty": lambda: editions.filter(facts={}),
        "hstore contains": lambda: editions.filter(facts__contains={"color": "red"}),
        "hstore contains NULL": lambda: editions.filter(facts__contains={"color": None}),
        "hstore contains special": lambda: editions.filter(facts__contains={'a "key"': "b=>c"}),
        "hstore exclude contains": lambda: editions.exclude(facts__contains={"color": "red"}),
        "hstore contained by": lambda: editions.filter(facts__contained_by={"color": "red", "size": "10", "x": "y"}),
        "hstore has key": lambda: editions.filter(facts__has_key="color"),
        "hstore has keys": lambda: editions.filter(facts__has_keys=["color", "size"]),
        "hstore has no keys": lambda: editions.filter(facts__has_keys=[]),
        "hstore has any keys": lambda: editions.filter(facts__has_any_keys=["weight", "size"]),
        "hstore exclude has key": lambda: editions.exclude(facts__has_key="color"),
        "hstore key": lambda: editions.filter(facts__color="red"),
        "hstore key missing": lambda: editions.filter(facts__color__isnull=True),
        "hstore exclude key": lambda: editions.exclude(facts__color="red"),
        "hstore key icontains": lambda: editions.filter(facts__color__icontains="RE"),
        "hstore key in": lambda: editions.filter(facts__size__in=["9", "10"]),
        "hstore keys": lambda: editions.filter(facts__keys__contains=["size"]),
        "hstore keys overlap": lambda: editions.filter(facts__keys__overlap=["weight", ""]),
        "hstore values": lambda: editions.filter(facts__values__contains=["red"]),
        "hstore values of keys": lambda: editions.values_list("id", "facts__keys", "facts__values"),
        "hstore order by key": lambda: Edition.objects.order_by(F("facts__size").asc(nulls_last=True), "id"),
        "search": lambda: editions.filter(text__search="fox"),
        "search several": lambda: editions.filter(text__search="quick foxes"),
        "search nothing": lambda: editions.filter(text__search=""),
        "search a vector": lambda: editions.filter(words="fox"),
        "exclude search a vector": lambda: editions.exclude(words="fox"),
        "exclude search": lambda: editions.exclude(text__search="fox"),
        "search phrase": lambda: editions.filter(text__search=SearchQuery("quick fox", search_type="phrase")),
        "search raw": lambda: editions.filter(text__search=SearchQuery("fox & !dog", search_type="raw")),
        "search raw wrong": lambda: editions.filter(text__search=SearchQuery("fox & & dog", search_type="raw")),
        "search web": lambda: editions.filter(text__search=SearchQuery('"brown fox" or lazy', search_type="websearch")),
        "search config": lambda: editions.filter(text__search=SearchQuery("foxes", config="english")),
        "search simple config": lambda: editions.filter(text__search=SearchQuery("foxes", config="simple")),
        "search not": lambda: editions.filter(text__search=~SearchQuery("fox")),
        "search and": lambda: editions.filter(text__search=SearchQuery("fox") & SearchQuery("jumps")),
        "search or": lambda: editions.filter(text__search=SearchQuery("lazy") | SearchQuery("jumps")),
        "search and not": lambda: editions.filter(text__search=SearchQuery("fox") & ~SearchQuery("jumps")),
        "search columns": lambda: editions.annotate(s=SearchVector("text", "book__title")).filter(s=SearchQuery("alpha")).values_list("id", flat=True),
        "search rank of both": lambda: editions.annotate(
            r=SearchRank(SearchVector("text", config="simple", weight="B") + SearchVector("book__title", config="simple", weight="B"), SearchQuery("the")),
        ).values_list("id", "r"),
        "search rank": lambda: editions.annotate(r=SearchRank(SearchVector("text"), SearchQuery("quick"))).values_list("id", "r"),
        "search rank of a vector": lambda: editions.annotate(r=SearchRank(F("words"), SearchQuery("quick"))).values_list("id", "r"),
        "search rank with weights": lambda: editions.annotate(r=SearchRank(SearchVector("text", weight="A") + SearchVector("book__title", weight="D"), SearchQuery("alpha") | SearchQuery("fox"))).values_list("id", "r"),
        "search rank own weights": lambda: ranked(weights=[0.9, 0.2, 0.4, 0.1]),
        "search rank normalization": lambda: ranked(normalization=Value(2).bitor(Value(8))),
        "search rank cover density": lambda: ranked(cover_density=True, weights=[0.1, 0.2, 0.4, 1.0], normalization=1),
        "search headline": lambda: editions.values_list("id", SearchHeadline("text", SearchQuery("fox"))),
        "search headline of a key": lambda: editions.values_list("id", SearchHeadline("book__title", SearchQuery("alpha"))),
        "search headline options": lambda: editions.values_list(
            "id",
            SearchHeadline(
                "text", SearchQuery("foxes", config="english"), config="english", start_sel="<i>", stop_sel="it's</i>",
                max_words=4, min_words=2, short_word=1,
            ),
        ),
        "search headline pieces": lambda: editions.values_list(
            "id",
            SearchHeadline(
                "text", SearchQuery("quick") | SearchQuery("jumps"), max_fragments=2, fragment_delimiter=" | ", max_words=2, min_words=1
            ),
        ),
        "search headline all": lambda: editions.values_list(
            "id", SearchHeadline("text", SearchQuery("simple"), config="simple", highlight_all=True)
        ),
        "trigram similar": lambda: editions.filter(text__trigram_similar="quick fix"),
        "exclude trigram similar": lambda: editions.exclude(text__trigram_similar="quick fix"),
        "trigram similar of a key": lambda: editions.exclude(book__title__trigram_similar="alphabet"),
        "trigram word similar": lambda: editions.filter(text__trigram_word_similar="brownie"),
        "trigram strict word similar": lambda: editions.filter(text__trigram_strict_word_similar="brownie"),
        "trigram similarity": lambda: editions.values_list("id", TrigramSimilarity("text", "quick fox"), TrigramSimilarity("book__title", F("text"))),
        "trigram word similarity": lambda: editions.values_list("id", TrigramWordSimilarity("brownie", "text"), TrigramStrictWordSimilarity("brownie", "text")),
        "trigram distances": lambda: editions.values_list(
            "id", TrigramDistance("text", "quick fox"), TrigramWordDistance("brownie", "text"), TrigramStrictWordDistance("brownie", "text")
        ),
        "trigram order": lambda: Edition.objects.order_by(TrigramDistance("text", "quick fox"), "id"),
        "unaccent": lambda: editions.filter(text__unaccent="Â lázy dog"),
        "unaccent icontains": lambda: editions.filter(text__unaccent__icontains="FÓX"),
        "unaccent startswith": lambda: editions.filter(text__unaccent__startswith="qüick, %"),
        "unaccent in": lambda: editions.filter(text__unaccent__in=["Â lázy dog", "Fòxes and dogs"]),
        "exclude unaccent": lambda: editions.exclude(book__title__unaccent__contains="é"),
        "search rank order": lambda: Edition.objects.order_by(SearchRank(SearchVector("text", config="english"), SearchQuery("fox", config="english")).desc(), "id"),
        "json contains": lambda: books.filter(meta__contains={"a": 1}),
        "json contains a part": lambda: books.filter(meta__contains={"b": {"c": [2]}}),
        "json exclude contains": lambda: books.exclude(meta__contains={"a": 1}),
        "json contained by": lambda: books.filter(meta__contained_by={"a": "1", "b": {"c": []}, "x": 1}),
        "json inside contains": lambda: books.filter(meta__b__contains={"c": [1, 3]}),
        "array over a relation": lambda: books.filter(editions__tags__contains=["b"]).distinct(),
        "exclude array over a relation": lambda: books.exclude(editions__tags__contains=["b"]),
        "range over a relation": lambda: books.filter(editions__ages__contains=4),
        "saved again": saved,
        "created": lambda: created(tags=["x", 'y"'], sizes=[None, 7], ages=NumericRange(1, 4, "[]"), prices=NumericRange(Decimal("1.50"), None, "()"), facts={"a": None, "b c": "d"}, words="'a':1B"),
        "created empty": lambda: created(tags=[], sizes=[], ages=empty, facts={}),
        "updated": lambda: updated(tags=["n"], ages=NumericRange(None, None), facts={"k": "v"}, stay=DateRange(date(2025, 1, 1), date(2025, 1, 2), "[]")),
        "updated to NULL": lambda: updated(sizes=None, prices=None, facts=None),
        "updated from a column": lambda: updated(words=SearchVector("text")),
    }
