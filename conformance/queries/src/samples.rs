//! A column of every kind of field, whose values Django has made at random. Each row is shown as it is read, and written
//! twice more. `values.py` says the rest.

#![expect(dead_code, reason = "the columns of the samples are read all at once")]

use std::io::Write as _;
use std::net::IpAddr;

use belleville_db::files::FieldFile;
use belleville_db::json::{Dict, Json};
use belleville_db::{
    Choices, Conflicts, Database, Date, DateTime, Decimal, Dialect, Duration, FieldOf, ForeignKey, HStore,
    Model, Range, Result, Time, Uuid,
};

use crate::models::{Region, Tag};
use crate::results::ToJson;

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Letter {
    #[choice("a")]
    A,
    #[choice("b'\\", "quoted")]
    B,
}

#[derive(Clone, Copy, Debug, PartialEq, Choices)]
pub(crate) enum Number {
    #[choice(-5)]
    Less,
    #[choice(0)]
    Zero,
    #[choice(70_000)]
    More,
}

/// A model, and its columns as JSON.
macro_rules! sample {
    ($name:ident { $($(#[$option:meta])* $field:ident: $type:ty,)* }) => {
        #[derive(Clone, Debug, PartialEq, Model)]
        #[model(app = "shop")]
        pub(crate) struct $name {
            #[field(primary_key)]
            pub(crate) id: i64,
            $($(#[$option])* pub(crate) $field: $type,)*
        }

        impl ToJson for $name {
            fn to_json(&self) -> Json {
                let mut values = Dict::new();
                let mut fields = Self::META.fields.iter().skip(1);
                $(values.insert(fields.next().map_or("", |field| field.column), self.$field.to_json());)*
                Json::Dict(values)
            }
        }
    };
}

sample! { Sample {
    boolean: bool,
    boolean_or_null: Option<bool>,
    small: Option<i16>,
    whole: i32,
    big: Option<i64>,
    positive_small: u16,
    positive: Option<u32>,
    #[field(kind = PositiveBigIntegerField)]
    positive_big: i64,
    double: f64,
    #[field(max_digits = 15, decimal_places = 5)]
    decimal: Decimal,
    #[field(max_length = 30)]
    char: Option<String>,
    text: String,
    #[field(kind = SlugField)]
    slug: String,
    #[field(kind = EmailField)]
    email: Option<String>,
    #[field(kind = URLField)]
    url: String,
    #[field(kind = FileField)]
    file: FieldFile,
    #[field(kind = ImageField)]
    image: FieldFile,
    #[field(kind = FilePathField)]
    file_path: String,
    uuid: Option<Uuid>,
    date: Option<Date>,
    date_time: DateTime,
    time: Option<Time>,
    duration: Option<Duration>,
    document: Option<Json>,
    binary: Vec<u8>,
    address: Option<IpAddr>,
    #[field(kind = GenericIPAddressField)]
    address_text: Option<String>,
    #[field(max_length = 3)]
    letter: Letter,
    number: Option<Number>,
    #[field(on_delete = Cascade)]
    tag: Option<ForeignKey<Tag>>,
    #[field(on_delete = Cascade)]
    region: ForeignKey<Region, { Region::NUMBER.field() }>,
} }

sample! { PostgresSample {
    booleans: Vec<bool>,
    smalls: Vec<i16>,
    wholes: Option<Vec<Option<i32>>>,
    #[field(size = 9)]
    bigs: Vec<i64>,
    doubles: Vec<f64>,
    #[field(max_digits = 40, decimal_places = 10)]
    decimals: Vec<Decimal>,
    #[field(max_length = 20)]
    chars: Vec<Option<String>>,
    texts: Vec<String>,
    uuids: Vec<Option<Uuid>>,
    dates: Vec<Date>,
    date_times: Vec<DateTime>,
    times: Vec<Time>,
    durations: Vec<Duration>,
    documents: Vec<Json>,
    binaries: Vec<Vec<u8>>,
    addresses: Option<Vec<IpAddr>>,
    board: Vec<Vec<i32>>,
    words_of_board: Vec<Vec<Option<String>>>,
    spans: Vec<Range<Date>>,
    facts_of: Vec<Option<HStore>>,
    wholes_from: Range<i32>,
    bigs_from: Option<Range<i64>>,
    decimals_from: Range<Decimal>,
    dates_from: Option<Range<Date>>,
    date_times_from: Range<DateTime>,
    facts: HStore,
    facts_or_null: Option<HStore>,
    #[field(kind = SearchVectorField)]
    words: Option<String>,
} }

/// Prints each row with the keys of its copies.
pub(crate) async fn show_and_copy(db: &Database, dialect: Dialect) -> Result<()> {
    let columns = vec![
        Sample::BOOLEAN.into(),
        Sample::SMALL.into(),
        Sample::DOUBLE.into(),
        Sample::DECIMAL.into(),
        Sample::CHAR.into(),
        Sample::UUID.into(),
        Sample::DATE.into(),
        Sample::DATE_TIME.into(),
        Sample::TIME.into(),
        Sample::DURATION.into(),
        Sample::DOCUMENT.into(),
        Sample::BINARY.into(),
        Sample::ADDRESS.into(),
        Sample::ADDRESS_TEXT.into(),
        Sample::NUMBER.into(),
        Sample::TAG.into(),
        Sample::REGION.into(),
    ];
    copy::<Sample>(db, |sample, id| Sample { id, ..sample }, columns).await?;
    if dialect == Dialect::Postgres {
        let columns = vec![
            PostgresSample::WHOLES.into(),
            PostgresSample::CHARS.into(),
            PostgresSample::DECIMALS.into(),
            PostgresSample::BOARD.into(),
            PostgresSample::SPANS.into(),
            PostgresSample::FACTS_OF.into(),
            PostgresSample::BIGS_FROM.into(),
            PostgresSample::DATE_TIMES_FROM.into(),
            PostgresSample::FACTS.into(),
            PostgresSample::WORDS.into(),
        ];
        copy::<PostgresSample>(db, |sample, id| PostgresSample { id, ..sample }, columns).await?;
    }
    Ok(())
}

/// Writes each row twice more: by `save`, and with all others by `bulk_create`, after which some columns are set again.
async fn copy<M: Model<Pk = i64> + ToJson>(
    db: &Database,
    with_key: fn(M, i64) -> M,
    columns: Vec<FieldOf<M>>,
) -> Result<()> {
    let rows = M::objects().all(db).await?;
    let mut saved: Vec<M> = rows.iter().map(|row| with_key(row.clone(), 0)).collect();
    for copy in &mut saved {
        copy.save(db).await?;
    }
    let mut created: Vec<M> = rows.iter().map(|row| with_key(row.clone(), 0)).collect();
    M::objects().bulk_create(db, &mut created, Conflicts::fail()).await?;
    M::objects().bulk_update(db, &created, columns).await?;
    let mut out = std::io::stdout().lock();
    for ((row, saved), created) in rows.iter().zip(&saved).zip(&created) {
        let mut line = Dict::new();
        line.insert("model", M::META.name.into());
        line.insert("id", (*row.pk()).into());
        line.insert("values", row.to_json());
        line.insert("copies", vec![Json::from(*saved.pk()), Json::from(*created.pk())].into());
        let line = Json::Dict(line).dumps().unwrap_or_else(|error| panic!("no JSON: {error:?}"));
        writeln!(out, "{line}").unwrap_or_else(|error| panic!("{error}"));
    }
    Ok(())
}
