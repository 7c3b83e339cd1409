//! Foreign keys to another unique field than the primary key: Django's `to_field`. They have the field's type, and rows are
//! compared by that field.

use belleville_db::migrations::{AppConfig, Migration, state::ModelState};
use belleville_db::{Column, Database, Error, ForeignKey, Model, Uuid, functions::outer};

use crate::library::migrated_apps;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "keys", ordering = ["id"])]
struct Region {
    #[field(primary_key)]
    id: i64,
    #[field(unique, max_length = 5)]
    code: String,
    #[field(unique)]
    number: i64,
    #[field(unique)]
    uid: Uuid,
    /// A key to the same model.
    #[field(on_delete = SetNull)]
    part_of: Option<ForeignKey<Region, { Region::CODE.field() }>>,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(app = "keys", ordering = ["id"])]
struct Town {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = Cascade)]
    region: ForeignKey<Region, { Region::CODE.field() }>,
    #[field(on_delete = Cascade)]
    by_number: Option<ForeignKey<Region, { Region::NUMBER.field() }>>,
    #[field(on_delete = Cascade)]
    by_uid: Option<ForeignKey<Region, { Region::UID.field() }>>,
}

async fn filled() -> (Database, Vec<Region>, Vec<Town>) {
    let app = AppConfig::new("keys").model::<Region>().model::<Town>().migration(
        Migration::new("0001_initial").create(ModelState::of::<Region>()).create(ModelState::of::<Town>()),
    );
    let db = migrated_apps([app]).await;
    let mut regions = Vec::new();
    // The number of one is the primary key of the other.
    for (id, code, number) in [(1, "N", 2), (2, "S", 1)] {
        let part_of = regions.first().map(ForeignKey::from);
        let uid = Uuid::from_u128(id as u128);
        let mut region = Region { id: 0, code: code.to_owned(), number, uid, part_of };
        region.save(&db).await.unwrap();
        assert_eq!(region.id, id);
        regions.push(region);
    }
    let mut towns = Vec::new();
    for region in &regions {
        let mut town = Town {
            id: 0,
            region: region.into(),
            by_number: Some(region.into()),
            by_uid: Some(ForeignKey::by(region.uid)),
        };
        town.save(&db).await.unwrap();
        towns.push(town);
    }
    (db, regions, towns)
}

#[tokio::test]
async fn a_row_is_compared_by_the_field_that_the_key_refers_to() {
    let (db, regions, towns) = filled().await;
    let [north, _] = regions.as_slice() else { panic!("two regions") };
    assert_eq!(north.code, *towns[0].region.key());
    let towns_of = async |condition| Town::objects().filter(condition).all(&db).await.unwrap();
    for condition in [
        Town::REGION.eq(north),
        Town::REGION.eq("N".to_owned()),
        Town::REGION.eq("N"),
        Town::REGION.is_in([north]),
        Town::BY_NUMBER.eq(north),
        Town::BY_NUMBER.eq(2_i64),
        Town::BY_UID.eq(north),
        Town::REGION.to(Region::ID).eq(1),
        Town::BY_NUMBER.to(Region::CODE).eq("N"),
        Town::REGION.is_in(Region::objects().filter(Region::ID.eq(1)).values(Region::CODE)),
    ] {
        assert_eq!(towns_of(condition.clone()).await, towns[..1], "{condition:?}");
    }
    assert_eq!(Region::objects().filter(Region::PART_OF.eq(north)).all(&db).await.unwrap(), regions[1..]);
    assert_eq!(Town::REGION.reverse().of(north).all(&db).await.unwrap(), towns[..1]);
    let own = Town::objects().filter(Town::BY_NUMBER.eq(outer(Region::NUMBER)));
    assert_eq!(Region::objects().filter(own.is_found()).all(&db).await.unwrap(), regions);
}

#[tokio::test]
async fn a_row_is_set_by_the_field_that_the_key_refers_to() {
    let (db, regions, _) = filled().await;
    let south = &regions[1];
    let row = [Town::REGION.set(south), Town::BY_NUMBER.set(south)];
    let town = Town::objects().create(&db, row).await.unwrap();
    assert_eq!((town.region.key().as_str(), town.by_number.as_ref().map(|key| *key.key())), ("S", Some(1)));
    Town::objects().filter_pk(town.id).update(&db, [Town::REGION.set(&regions[0])]).await.unwrap();
    let town = Town::objects().select_related(Town::REGION).filter_pk(town.id).get(&db).await.unwrap();
    assert_eq!(town.region.get(), Some(&regions[0]));
}

#[tokio::test]
async fn deletion_follows_the_field_that_the_key_refers_to() {
    let (db, regions, towns) = filled().await;
    regions[0].delete(&db).await.unwrap();
    assert_eq!(Town::objects().all(&db).await.unwrap(), towns[1..]);
    let south = Region::objects().get(&db).await.unwrap();
    assert_eq!(south.part_of, None);
    let missing = Town { id: 0, region: ForeignKey::by("W".to_owned()), by_number: None, by_uid: None };
    assert!(matches!(missing.clone().save(&db).await, Err(Error::Integrity(_))));
}

/// The position of a field is a part of the key's type.
#[test]
fn a_key_says_its_field() {
    let _: Column<Town, ForeignKey<Region, 1>> = Town::REGION;
    let field = Town::META.field("region").unwrap();
    assert_eq!(field.target().map(|target| target.name), Some("code"));
}
