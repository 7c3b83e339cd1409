//! What clients read and write of the library.

use belleville::prelude::*;
use belleville::serializers::fields::{CharField, CurrentUserDefault, HiddenField, ValidationError};
use belleville::serializers::{
    Context, HyperlinkedModelSerializer, SerializerMethodField, SlugRelatedField, StringRelatedField,
    ValidatedData, serializer_methods,
};

use super::models::{Author, Book, Genre, Review, Stars};

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = Genre, fields = [url, name, slug], extra_kwargs = [url(lookup_field = "slug")])]
pub(super) struct GenreSerializer;

#[derive(ModelSerializer)]
#[serializer(
    model = Book,
    fields = [
        id, owner, title, author, genres, status, isbn, price, pages, rating, available, published_on,
        metadata, uuid, homepage, created_at, updated_at
    ]
)]
pub(super) struct BookSerializer;

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, author, genres, status_display, review_count])]
pub(super) struct BookBriefSerializer {
    author: StringRelatedField<Author>,
    #[field(many, slug_field = "slug")]
    genres: SlugRelatedField<Genre>,
    #[field(source = "get_status_display", read_only)]
    status_display: CharField,
    review_count: SerializerMethodField,
}

#[serializer_methods]
impl BookBriefSerializer {
    async fn get_review_count(book: &Book, context: &Context<'_>) -> Result<u64> {
        Ok(Review::BOOK.reverse().of(book).count(context.db()).await?)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Book, fields = [id, title, isbn, price])]
pub(super) struct NestedBookSerializer;

/// An author with nested books: read in full, and on create written along with it.
#[derive(ModelSerializer)]
#[serializer(model = Author, fields = [id, name, email, born, books])]
pub(super) struct AuthorSerializer {
    #[field(many, required = false)]
    books: NestedBookSerializer,
}

#[serializer_methods]
impl AuthorSerializer {
    async fn create(mut data: ValidatedData, context: &Context<'_>) -> Result<Author> {
        let books = data.take_many("books");
        let owner = context.request::<Request>()?.user()?;
        let written = context.db().atomic(async || {
            let author = Self::default_create(data, context).await?;
            for mut book in books {
                book.assign(Book::AUTHOR.set(&author))?;
                book.assign(Book::OWNER.set(owner))?;
                NestedBookSerializer::default_create(book, context).await?;
            }
            Ok(author)
        });
        written.await
    }

    async fn update(author: Author, mut data: ValidatedData, context: &Context<'_>) -> Result<Author> {
        data.take_many("books");
        Ok(Self::default_update(author, data, context).await?)
    }
}

#[derive(ModelSerializer)]
#[serializer(model = Review, fields = [id, book, reviewer, reviewer_name, stars, text, created_at])]
pub(super) struct ReviewSerializer {
    #[field(default = CurrentUserDefault)]
    reviewer: HiddenField,
    #[field(source = "reviewer.get_username", read_only)]
    reviewer_name: CharField,
}

#[serializer_methods]
impl ReviewSerializer {
    fn validate_text(text: &str) -> Result<(), ValidationError> {
        if text.to_lowercase().contains("spam") { Err("No spam, please.".into()) } else { Ok(()) }
    }

    fn validate(data: &mut ValidatedData) -> Result<(), ValidationError> {
        let has_text = data.field(Review::TEXT).is_some_and(|text| !text.is_empty());
        match data.field(Review::STARS) {
            Some(Stars::One) if !has_text => Err("A one-star review needs a text.".into()),
            _ => Ok(()),
        }
    }
}
