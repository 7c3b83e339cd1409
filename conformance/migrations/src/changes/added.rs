//! Fields that are added.

changes! {
    "add_char" add_char {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing {
            #[field(max_length = 20)] name: String,
            #[field(max_length = 10, default = "it's \\red".to_owned())] colour: String,
        } }
    }
    "add_char_null" add_char_null {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 10)] colour: Option<String>, } }
    }
    "add_text_blank" add_text_blank {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(blank)] notes: String, } }
    }
    "add_required" add_required {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 9)] label: String, } }
    }
    "add_integer" add_integer {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(default = -3)] weight: i32, } }
    }
    "add_boolean" add_boolean {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(default = true)] is_new: bool, } }
    }
    "add_decimal" add_decimal {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing {
            #[field(max_length = 20)] name: String,
            #[field(max_digits = 6, decimal_places = 2, default = Decimal::from(2))] price: Decimal,
        } }
    }
    "add_date" add_date {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, since: Date, } }
    }
    "add_auto_now_add" add_auto_now_add {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(auto_now_add)] made: DateTime, } }
    }
    "add_json" add_json {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(default = some_json())] data: Json, } }
    }
    "add_uuid" add_uuid {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(unique)] key: Option<Uuid>, } }
    }
    "add_binary" add_binary {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(default = b"\x00a".to_vec())] bytes: Vec<u8>, } }
    }
    "add_key_null" add_key_null {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = SetNull)] maker: Option<ForeignKey<Maker>>, }
        }
    }
    "add_key" add_key {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
    }
    "add_key_to_self" add_key_to_self {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = Cascade)] part_of: Option<ForeignKey<Thing>>, } }
    }
    "add_one_to_one" add_one_to_one {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, #[field(one_to_one, on_delete = Cascade)] maker: Option<ForeignKey<Maker>>, }
        }
    }
    "add_many" add_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
        }
    }
    "add_many_to_self" add_many_to_self {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, others: ManyToMany<Thing>, } }
    }
    "add_slug" add_slug {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(kind = SlugField, default = "x".to_owned())] slug: String, } }
    }
    "add_unique" add_unique {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 20, unique)] code: Option<String>, } }
    }
    "add_indexed" add_indexed {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing {
            #[field(max_length = 20)] name: String,
            #[field(max_length = 20, index)] code: Option<String>,
            #[field(index, default = 0)] rank: i32,
        } }
    }
    "add_positive" add_positive {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(default = 1)] pieces: u32, boxes: Option<u16>, } }
    }
    "add_db_default" add_db_default {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing {
            #[field(max_length = 20)] name: String,
            #[field(db_default = 7)] weight: i32,
            #[field(max_length = 5, db_default = "it's")] word: String,
        } }
    }
    "add_generated" add_generated {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: i32, } }
        after { struct Thing { #[field(max_length = 20)] name: String, pieces: i32, #[field(generated = pieces * 2)] twice: i32, } }
    }
    "add_several" add_several {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing {
                #[field(max_length = 20)] name: String,
                #[field(max_length = 9, unique)] code: Option<String>,
                #[field(on_delete = SetNull)] maker: Option<ForeignKey<Maker>>,
                #[field(default = 0)] pieces: u32,
                #[field(default = 0, index)] rank: i64,
                #[field(default = 1.5)] size: f64,
            }
        }
    }
    "add_two" add_two {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing {
            #[field(max_length = 20)] name: String,
            #[field(max_length = 9)] one: Option<String>,
            two: Option<Date>,
        } }
    }
    "add_named_column" add_named_column {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(column = "Col Or", max_length = 9)] colour: Option<String>, } }
    }
}
