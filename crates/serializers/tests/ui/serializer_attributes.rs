// What is mistaken in #[serializer(..)].
extern crate belleville_serializers as belleville;

use belleville::db::{ForeignKey, Model};
use belleville::serializers::fields::*;
use belleville::serializers::*;

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Author {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    name: String,
}

#[derive(Clone, Debug, Model)]
#[model(app = "library")]
struct Book {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 40)]
    title: String,
    #[field(on_delete = Cascade, related_name = "books")]
    author: ForeignKey<Author>,
}

#[derive(ModelSerializer)]
struct WithoutModel;

#[derive(ModelSerializer)]
#[serializer]
struct WithoutAnything;

#[derive(ModelSerializer)]
#[serializer(model = "Book", fields = [id])]
struct ModelAsText;

#[derive(ModelSerializer)]
#[serializer(model = Book)]
struct WithoutFields;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = ["id", "title"])]
struct NamesAsTexts;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = "__all__")]
struct AllAsText;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = al)]
struct AllMisspelt;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = (id, title))]
struct NamesInParentheses;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, id])]
struct NamedTwice;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id], exclude = [title])]
struct FieldsAndExclude;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id], fields = [title])]
struct FieldsTwice;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id], read_only = [id])]
struct UnknownOption;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id], dept = 1)]
struct MisspeltOption;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id], depth)]
struct DepthWithoutValue;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id], depth = 11)]
struct TooDeep;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], read_only_fields = title)]
struct ReadOnlyWithoutBrackets;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], read_only_fields = [titel])]
struct ReadOnlyUnknown;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], extra_kwargs = {"title": {"min_length": 2}})]
struct ExtraKwargsAsDict;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], extra_kwargs = [title = 2])]
struct ExtraKwargsWithoutOptions;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], extra_kwargs = [titel(min_length = 2)])]
struct ExtraKwargsUnknown;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], extra_kwargs = [title(label, label = "A")])]
struct ExtraKwargsTwice;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], extra_kwargs = [title(label, style = "x")])]
struct ExtraKwargsWithoutValue;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, author], querysets = [author = all(), author = all()])]
struct QuerysetTwice;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, author], read_only_fields = [author], querysets = [author = all()])]
struct QuerysetOfReadOnly;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, author], validators = unique())]
struct ValidatorsWithoutBrackets;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id])]
enum NoStruct {
    One,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id])]
struct WithoutNames(CharField);

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title])]
struct NotNamed {
    shout: SerializerMethodField,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, exclude = [shout])]
struct ExcludesDeclared {
    shout: CharField,
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title], read_only_fields = [title], extra_kwargs = [title(min_length = 2)])]
struct OptionsOfDeclared {
    title: CharField,
}

#[derive(Serializer)]
#[serializer(model = Book)]
struct PlainWithModel {
    title: String,
}

fn main() {}
