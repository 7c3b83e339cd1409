// What is mistaken in #[serializer_methods], as far as the attribute sees it.
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
#[serializer(model = Book, fields = [id, title])]
struct BookSerializer;

#[serializer_methods(all)]
impl BookSerializer {}

#[serializer_methods]
struct NoImplementation;

#[serializer_methods]
impl Clone for BookSerializer {
    fn clone(&self) -> Self {
        Self
    }
}

#[serializer_methods]
impl BookSerializer {
    fn validate_title(&self, title: &str) -> Result<(), ValidationError> {
        Ok(())
    }
}

#[serializer_methods]
impl BookSerializer {
    fn validate_title() -> Result<(), ValidationError> {
        Ok(())
    }

    fn validate_title(title: &str) {}

    fn validate() -> Result<(), ValidationError> {
        Ok(())
    }

    fn validate(data: &mut ValidatedData) {}

    async fn create(data: ValidatedData, context: &Context<'_>, more: i64) -> Result<Book, ValidationError> {
        todo!()
    }

    async fn update(data: ValidatedData) -> Result<Book, ValidationError> {
        todo!()
    }

    fn to_representation(book: &Book) -> Result<Dict, ValidationError> {
        todo!()
    }
}

fn main() {}
