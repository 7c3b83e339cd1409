// What is mistaken in #[field(..)] of a serializer, as far as the derive sees it.
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
#[serializer(model = Book, fields = [a, b, c, d, e, f, g, h, i, j, k, l, m, n])]
struct Declared {
    #[field(source)]
    a: CharField,
    #[field(label, help_text)]
    b: CharField,
    #[field(read_only = "yes")]
    c: CharField,
    #[field(read_only, required)]
    d: CharField,
    #[field(read_only, write_only)]
    e: CharField,
    #[field(required, default = "x")]
    f: CharField,
    #[field(label = "A", label = "B")]
    g: CharField,
    #[field(style = ("base_template", "a.html"))]
    h: CharField,
    #[field(error_messages = [("invalid")])]
    i: CharField,
    #[field(error_messages = "No.")]
    j: CharField,
    #[field(validators = Rule::MaxLength(3))]
    k: CharField,
    #[field(EmailField)]
    l: CharField,
    #[field(max_length: 3)]
    m: CharField,
    #[field(requird = false)]
    n: CharField,
}

#[derive(Serializer)]
struct Plain {
    #[field(default)]
    a: String,
    #[field(EmailField, SlugField)]
    b: String,
    #[field(read_only = false, write_only = true)]
    c: String,
    #[field(method_name = "b")]
    d: String,
}

fn main() {}
