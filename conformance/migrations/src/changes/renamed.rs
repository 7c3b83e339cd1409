//! Fields, models and tables that get other names.

changes! {
    "rename_plain" rename_plain {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: i32, } }
        after { struct Thing { #[field(max_length = 20)] title: String, pieces: i32, } }
    }
    "rename_indexed" rename_indexed {
        before { struct Thing { #[field(max_length = 20, index)] name: String, #[field(max_length = 9, unique)] code: String, } }
        after { struct Thing { #[field(max_length = 20, index)] title: String, #[field(max_length = 9, unique)] sign: String, } }
    }
    "rename_positive" rename_positive {
        before { struct Thing { pieces: u32, } }
        after { struct Thing { units: u32, } }
    }
    "rename_column_kept" rename_column_kept {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Thing { #[field(max_length = 20, column = "name")] title: String, } }
    }
    "rename_key" rename_key {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(on_delete = Cascade)] author: ForeignKey<Maker>, }
        }
    }
    "rename_many" rename_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
        }
        after {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, labels: ManyToMany<Tag>, }
        }
    }
    "rename_in_together" rename_in_together {
        before {
            #[model(unique_together = [["name", "pieces"]])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: i32, }
        }
        after {
            #[model(unique_together = [["title", "pieces"]])]
            struct Thing { #[field(max_length = 20)] title: String, pieces: i32, }
        }
    }
    "rename_in_index" rename_in_index {
        before {
            #[model(indexes = [index(name = "rename_in_index_ix", fields = ["name", "pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: i32, }
        }
        after {
            #[model(indexes = [index(name = "rename_in_index_ix", fields = ["title", "pieces"])])]
            struct Thing { #[field(max_length = 20)] title: String, pieces: i32, }
        }
    }
    "rename_in_check" rename_in_check {
        before {
            #[model(constraints = [check(name = "rename_in_check_ck", condition = pieces > 0)])]
            struct Thing { pieces: i32, }
        }
        after {
            #[model(constraints = [check(name = "rename_in_check_ck", condition = units > 0)])]
            struct Thing { units: i32, }
        }
    }
    "rename_target" rename_target {
        before {
            struct Maker { #[field(max_length = 20, unique)] code: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker, { Maker::CODE.field() }>, }
        }
        after {
            struct Maker { #[field(max_length = 20, unique)] sign: String, }
            struct Thing { #[field(on_delete = Cascade)] maker: ForeignKey<Maker, { Maker::SIGN.field() }>, }
        }
    }
    "rename_and_change" rename_and_change {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: i32, } }
        after { struct Thing { #[field(max_length = 20)] title: String, pieces: i64, #[field(max_length = 9)] extra: Option<String>, } }
    }
    "rename_model" rename_model {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Item { #[field(max_length = 20)] name: String, } }
    }
    "rename_model_ruled" rename_model_ruled {
        before {
            #[model(
                indexes = [index(name = "rename_model_ruled_ix", fields = ["pieces"])],
                constraints = [check(name = "rename_model_ruled_ck", condition = pieces > 0)],
                unique_together = [["name", "pieces"]],
            )]
            struct Thing { #[field(max_length = 20, index)] name: String, pieces: u32, }
        }
        after {
            #[model(
                indexes = [index(name = "rename_model_ruled_ix", fields = ["pieces"])],
                constraints = [check(name = "rename_model_ruled_ck", condition = pieces > 0)],
                unique_together = [["name", "pieces"]],
            )]
            struct Item { #[field(max_length = 20, index)] name: String, pieces: u32, }
        }
    }
    "rename_model_keyed" rename_model_keyed {
        before {
            struct Thing { #[field(max_length = 20)] name: String, }
            struct Part { #[field(on_delete = Cascade)] thing: ForeignKey<Thing>, pieces: i32, }
        }
        after {
            struct Item { #[field(max_length = 20)] name: String, }
            struct Part { #[field(on_delete = Cascade)] thing: ForeignKey<Item>, pieces: i32, }
        }
    }
    "rename_model_many" rename_model_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, pieces: i32, tags: ManyToMany<Tag>, }
            struct Box { things: ManyToMany<Thing>, }
        }
        after {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Item { #[field(max_length = 20)] name: String, pieces: i32, tags: ManyToMany<Tag>, }
            struct Box { things: ManyToMany<Item>, }
        }
    }
    "rename_model_many_to_self" rename_model_many_to_self {
        before { struct Thing { #[field(max_length = 20)] name: String, others: ManyToMany<Thing>, } }
        after { struct Item { #[field(max_length = 20)] name: String, others: ManyToMany<Item>, } }
    }
    "rename_model_to_self" rename_model_to_self {
        before { struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = SetNull)] part_of: Option<ForeignKey<Thing>>, } }
        after { struct Item { #[field(max_length = 20)] name: String, #[field(on_delete = SetNull)] part_of: Option<ForeignKey<Item>>, } }
    }
    "rename_model_and_field" rename_model_and_field {
        before {
            struct Thing { #[field(max_length = 20)] name: String, }
            struct Part { #[field(on_delete = Cascade)] maker: ForeignKey<Thing>, }
        }
        after {
            struct Item { #[field(max_length = 20)] name: String, }
            struct Part { #[field(on_delete = Cascade)] author: ForeignKey<Item>, }
        }
    }
    "rename_table" rename_table {
        before { struct Thing { #[field(max_length = 20, index)] name: String, } }
        after {
            #[model(table = "rename_table_other")]
            struct Thing { #[field(max_length = 20, index)] name: String, }
        }
    }
    "rename_table_back" rename_table_back {
        before {
            #[model(table = "rename_table_back_other")]
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "rename_table_many" rename_table_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
            struct Part { #[field(on_delete = Cascade)] thing: ForeignKey<Thing>, }
        }
        after {
            struct Tag { #[field(max_length = 20)] name: String, }
            #[model(table = "rename_table_many_other")]
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
            struct Part { #[field(on_delete = Cascade)] thing: ForeignKey<Thing>, }
        }
    }
}
