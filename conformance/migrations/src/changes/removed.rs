//! Fields that are removed.

changes! {
    "remove_plain" remove_plain {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(default = 4)] pieces: i32, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_indexed" remove_indexed {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 9, index)] code: Option<String>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_unique" remove_unique {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 9, unique)] code: Option<String>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_positive" remove_positive {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(default = 1)] pieces: u32, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_key" remove_key {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = SetNull)] maker: Option<ForeignKey<Maker>>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
    }
    "remove_many" remove_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
        }
        after {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
    }
    "remove_in_together" remove_in_together {
        before {
            #[model(unique_together = [["name", "pieces"]])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_in_index" remove_in_index {
        before {
            #[model(indexes = [index(name = "remove_in_index_ix", fields = ["name", "pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_with_constraint" remove_with_constraint {
        before {
            #[model(constraints = [check(name = "remove_with_constraint_ck", condition = pieces > 0)])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_with_default" remove_with_default {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(db_default = 5)] pieces: i32, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_generated" remove_generated {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(generated = upper(name), max_length = 20)] loud: String, } }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "remove_and_add" remove_and_add {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 9)] old: Option<String>, } }
        after { struct Thing { #[field(max_length = 20)] name: String, #[field(max_length = 9)] new: Option<String>, } }
    }
}
