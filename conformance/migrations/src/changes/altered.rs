//! Fields that become others.

changes! {
    "alter_longer" alter_longer {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 40)] name: String, } }
    }
    "alter_shorter" alter_shorter {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 10)] name: String, } }
    }
    "alter_to_text" alter_to_text {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 20, unique)] code: String, } }
        after { struct Thing { name: String, #[field(unique)] code: String, } }
    }
    "alter_to_bigint" alter_to_bigint {
        before { struct Thing { pieces: i32, } }
        after { struct Thing { pieces: i64, } }
    }
    "alter_to_char" alter_to_char {
        before { struct Thing { pieces: i32, } }
        after { struct Thing { #[field(max_length = 10)] pieces: String, } }
    }
    "alter_to_integer" alter_to_integer {
        before { struct Thing { #[field(max_length = 10)] pieces: String, } }
        after { struct Thing { pieces: i32, } }
    }
    "alter_required" alter_required {
        before { struct Thing { #[field(max_length = 20)] name: String, weight: Option<i32>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, weight: i32, } }
    }
    "alter_required_default" alter_required_default {
        before { struct Thing { #[field(max_length = 20)] name: String, weight: Option<i32>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(default = 9)] weight: i32, } }
    }
    "alter_required_ignored" alter_required_ignored {
        before { struct Thing { #[field(max_length = 20)] name: String, ignored: Option<i32>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, ignored: i32, } }
    }
    "alter_required_text" alter_required_text {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 9)] word: Option<String>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 9, default = String::new())] word: String, } }
    }
    "alter_null" alter_null {
        before { struct Thing { #[field(max_length = 20)] name: String, weight: i32, } }
        after { struct Thing { #[field(max_length = 20)] name: String, weight: Option<i32>, } }
    }
    "alter_unique" alter_unique {
        before { struct Thing { #[field(max_length = 20)] name: String, weight: i32, } }
        after { struct Thing { #[field(max_length = 20, unique)] name: String, #[field(unique)] weight: i32, } }
    }
    "alter_unique_dropped" alter_unique_dropped {
        before { struct Thing { #[field(max_length = 20, unique)] name: String, #[field(unique)] weight: i32, } }
        after { struct Thing { #[field(max_length = 20)] name: String, weight: i32, } }
    }
    "alter_index" alter_index {
        before { struct Thing { #[field(max_length = 20)] name: String, weight: i32, } }
        after { struct Thing { #[field(max_length = 20, index)] name: String, #[field(index)] weight: i32, } }
    }
    "alter_index_dropped" alter_index_dropped {
        before { struct Thing { #[field(max_length = 20, index)] name: String, #[field(index)] weight: i32, } }
        after { struct Thing { #[field(max_length = 20)] name: String, weight: i32, } }
    }
    "alter_index_unique" alter_index_unique {
        before { struct Thing { #[field(max_length = 20, index)] name: String, #[field(max_length = 9, unique)] code: String, } }
        after { struct Thing { #[field(max_length = 20, unique)] name: String, #[field(max_length = 9, index)] code: String, } }
    }
    "alter_indexed_longer" alter_indexed_longer {
        before { struct Thing { #[field(max_length = 20, index)] name: String, #[field(max_length = 9, unique)] code: String, } }
        after { struct Thing { #[field(max_length = 40, index)] name: String, #[field(max_length = 19, unique)] code: String, } }
    }
    "alter_indexed_to_integer" alter_indexed_to_integer {
        before { struct Thing { #[field(max_length = 20, index)] pieces: String, #[field(index)] weight: i32, } }
        after { struct Thing { #[field(index)] pieces: i32, #[field(max_length = 20, index)] weight: String, } }
    }
    "alter_to_slug" alter_to_slug {
        before { struct Thing { #[field(max_length = 50)] name: String, } }
        after { struct Thing { #[field(kind = SlugField)] name: String, } }
    }
    "alter_positive" alter_positive {
        before { struct Thing { pieces: u32, boxes: i32, } }
        after { struct Thing { pieces: i32, boxes: u32, } }
    }
    "alter_decimal" alter_decimal {
        before { struct Thing { #[field(max_digits = 6, decimal_places = 2)] price: Decimal, } }
        after { struct Thing { #[field(max_digits = 9, decimal_places = 3)] price: Decimal, } }
    }
    "alter_date" alter_date {
        before { struct Thing { since: Date, } }
        after { struct Thing { since: DateTime, } }
    }
    "alter_column" alter_column {
        before { struct Thing { #[field(max_length = 20, index)] name: String, pieces: u32, } }
        after { struct Thing { #[field(max_length = 20, index, column = "label")] name: String, #[field(column = "n")] pieces: u32, } }
    }
    "alter_target" alter_target {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Other { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Other { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Other>, }
        }
    }
    "alter_to_one_to_one" alter_to_one_to_one {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(one_to_one, on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
    }
    "alter_from_one_to_one" alter_from_one_to_one {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(one_to_one, on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
    }
    "alter_key_null" alter_key_null {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, #[field(on_delete = Cascade, related_name = "+")] owner: Option<ForeignKey<Maker>>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: Option<ForeignKey<Maker>>, #[field(on_delete = Cascade, related_name = "+")] owner: ForeignKey<Maker>, }
        }
    }
    "alter_unchecked" alter_unchecked {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, #[field(on_delete = Cascade, db_constraint = false, related_name = "+")] owner: ForeignKey<Maker>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade, db_constraint = false)] maker: ForeignKey<Maker>, #[field(on_delete = Cascade, related_name = "+")] owner: ForeignKey<Maker>, }
        }
    }
    "alter_key_unindexed" alter_key_unindexed {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade, index = false)] maker: ForeignKey<Maker>, }
        }
    }
    "alter_to_key" alter_to_key {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { maker: i64, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
    }
    "alter_db_default" alter_db_default {
        before { struct Thing { one: i32, #[field(db_default = 2)] two: i32, #[field(db_default = 3)] three: i32, } }
        after { struct Thing { #[field(db_default = 1)] one: i32, #[field(db_default = 22)] two: i32, three: i32, } }
    }
    "alter_required_db_default" alter_required_db_default {
        before { struct Thing { #[field(max_length = 20)] name: String, weight: Option<i32>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(db_default = 4)] weight: i32, } }
    }
    "alter_many" alter_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Label { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
        }
        after {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Label { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Label>, }
        }
    }
    "alter_auto_to_big" alter_auto_to_big {
        before {
            keyed Maker { #[field(primary_key, kind = AutoField)] id: i32, #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, pieces: i32, others: ManyToMany<Maker>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, pieces: i32, others: ManyToMany<Maker>, }
        }
    }
    "alter_key_of_text" alter_key_of_text {
        before {
            keyed Maker { #[field(primary_key, max_length = 9)] code: String, #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
        after {
            keyed Maker { #[field(primary_key, max_length = 19)] code: String, #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
    }
    "alter_target_type" alter_target_type {
        before {
            struct Maker { #[field(unique)] code: i32, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker, { Maker::CODE.field() }>, }
        }
        after {
            struct Maker { #[field(unique)] code: i64, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker, { Maker::CODE.field() }>, }
        }
    }
    "alter_other_key" alter_other_key {
        before { struct Thing { #[field(max_length = 20)] code: String, } }
        after { keyed Thing { #[field(primary_key, max_length = 20)] code: String, } }
    }
    "alter_to_many" alter_to_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 20)] tags: Option<String>, }
        }
        after {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
        }
    }
    "alter_beside_self" alter_beside_self {
        before { struct Thing { #[field(on_delete = Cascade)] part_of: Option<ForeignKey<Thing>>, #[field(max_length = 20)] name: String, pieces: i32, } }
        after { struct Thing { #[field(on_delete = Cascade)] part_of: Option<ForeignKey<Thing>>, #[field(max_length = 30)] name: String, pieces: i32, } }
    }
}
