//! `/conformance/fields/` and `required-fields/`: a serializer with a field of each kind, and one whose fields are required.

use std::sync::Arc;

use belleville::db::files::FieldFile;
use belleville::db::{Date, Decimal, Duration, Time, Uuid};
use belleville::json::{Dict, Json};
use belleville::prelude::*;
use belleville::serializers::fields::{
    CharField, ChoiceField, DecimalField, DictField, EmailField, IPAddressField, IntegerField, ListField,
    MultipleChoiceField, RegexField, SlugField, URLField, ValidationError,
};
use belleville::serializers::{PlainSerializer, Purpose, Validated, ValidatedData, serializer_methods};

#[derive(Serializer)]
struct Range {
    low: i64,
    high: i64,
}

/// One field of each kind, none required: what a client sends comes back as it was understood.
#[derive(Serializer)]
struct EveryField {
    #[field(required = false, allow_null)]
    boolean: Option<bool>,
    #[field(min_length = 2, max_length = 5)]
    char: Option<String>,
    #[field(allow_blank, trim_whitespace = false)]
    char_blank: Option<String>,
    #[field(EmailField)]
    email: Option<String>,
    #[field(RegexField, regex = r"^[a-z]+-\d+$")]
    regex: Option<String>,
    #[field(SlugField)]
    slug: Option<String>,
    #[field(URLField)]
    url: Option<String>,
    uuid: Option<Uuid>,
    #[field(IPAddressField)]
    ip: Option<String>,
    #[field(min_value = -5, max_value = 10)]
    integer: Option<i64>,
    #[field(min_value = -1.5, max_value = 2.5)]
    float: Option<f64>,
    #[field(DecimalField, max_digits = 5, decimal_places = 2)]
    decimal: Option<Decimal>,
    #[field(DecimalField, decimal_places = 3, coerce_to_string = false)]
    decimal_number: Option<Decimal>,
    datetime: Option<DateTime>,
    #[field(format = "%d/%m/%Y %H:%M", input_formats = ["%d/%m/%Y %H:%M"])]
    datetime_format: Option<DateTime>,
    date: Option<Date>,
    time: Option<Time>,
    duration: Option<Duration>,
    #[field(ChoiceField, choices = [(Json::from("s"), "Small"), (Json::from("m"), "Medium"), (Json::from(3), "Three")])]
    choice: Option<Validated>,
    #[field(ChoiceField, choices = [("a", "a"), ("b", "b")], allow_blank)]
    choice_blank: Option<String>,
    #[field(MultipleChoiceField, choices = [("a", "a"), ("b", "b"), ("c", "c")])]
    multiple_choice: Option<Vec<String>>,
    #[field(ListField, child = IntegerField::new().min_value(0), max_length = 3)]
    list_of_integers: Option<Vec<i64>>,
    #[field(ListField, allow_empty = false)]
    list_not_empty: Option<Validated>,
    #[field(DictField, child = CharField::new())]
    dictionary: Option<Validated>,
    json: Option<Json>,
    nested: Option<Range>,
    nested_many: Option<Vec<Range>>,
    #[field(max_length = 20)]
    file: Option<FieldFile>,
    #[field(read_only, default = "fixed")]
    read_only: Option<String>,
    #[field(write_only)]
    write_only: Option<String>,
    #[field(default = 7)]
    with_default: i64,
    #[field(required = false, allow_null)]
    nullable: Option<String>,
}

#[serializer_methods]
impl EveryField {
    /// Says what is known of the file, which is kept nowhere.
    fn to_representation(values: &ValidatedData, mut data: Dict) -> Result<Dict> {
        if let Some(file) = values.get("file") {
            let file: Option<FieldFile> = file.read()?;
            if let Some(upload) = file.as_ref().and_then(FieldFile::upload) {
                data.insert("file_name", upload.name().into());
                data.insert("file_size", i64::try_from(upload.size()).unwrap_or(i64::MAX).into());
            }
        }
        Ok(data)
    }
}

/// Two required fields and a cross-field rule.
#[derive(Serializer)]
struct RequiredFields {
    start: Date,
    end: Date,
    #[field(ListField, child = CharField::new().max_length(3))]
    tags: Vec<String>,
    range: Range,
}

#[serializer_methods]
impl RequiredFields {
    fn validate(data: &mut ValidatedData) -> Result<(), ValidationError> {
        let date = |name| data.get(name).and_then(|date| date.read::<Date, _>().ok());
        match (date("start"), date("end")) {
            (Some(start), Some(end)) if end < start => Err([("end", "Must not be before start.")].into()),
            _ => Ok(()),
        }
    }
}

/// Answers with the values of a body.
async fn shown<T: PlainSerializer>(request: Request) -> Result<Response> {
    let data = request.validated_data::<T>(Purpose::create()).await?;
    Response::of_data::<T>(200, &data, &request).await
}

/// Answers with the names of what a body has.
async fn named<T: PlainSerializer>(request: Request) -> Result<Response> {
    let data = request.validated_data::<T>(Purpose::create().partial(true)).await?;
    let mut names: Vec<&str> = data.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    Response::data(200, &Json::from(names.into_iter().map(Json::from).collect::<Vec<_>>()))
}

/// The same of a body that has several.
async fn all_shown<T: PlainSerializer>(request: Request) -> Result<Response> {
    let all: Vec<T> = request.validated_many().await?;
    Response::of_all(200, &all, &request).await
}

fn view<T: PlainSerializer>(name: &str) -> View {
    View::new(name)
        .authentication_classes(())
        .permission_classes(AllowAny)
        .serializer_class(Arc::clone(T::class()))
        .post(shown::<T>)
        .patch(named::<T>)
}

pub(crate) fn urls(urls: Urls) -> Urls {
    urls.path("fields/", view::<EveryField>("Every Field"))
        .path("required-fields/", view::<RequiredFields>("Required Fields").put(all_shown::<RequiredFields>))
}
