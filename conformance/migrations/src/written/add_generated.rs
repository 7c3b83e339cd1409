//! `add_generated`.

use belleville_db::migrations::Migration;

mod m0001_initial {
    //! Create model Thing.

    use belleville::db::migrations::prelude::*;

    /// `add_generated.0001_initial`.
    pub(super) fn migration() -> Migration {
        Migration::new("0001_initial").create(model("Thing", [id(), char("name", 20), integer("pieces")]))
    }
}

mod m0002_thing_twice {
    //! Add field twice to thing.

    use belleville::db::migrations::prelude::*;

    /// `add_generated.0002_thing_twice`.
    pub(super) fn migration() -> Migration {
        Migration::new("0002_thing_twice")
            .depends_on_user_model()
            .depends_on("add_auto_now_add", "0002_thing_made")
            .depends_on("add_binary", "0002_thing_bytes")
            .depends_on("add_boolean", "0002_thing_is_new")
            .depends_on("add_char", "0002_thing_colour")
            .depends_on("add_char_null", "0002_thing_colour")
            .depends_on("add_date", "0002_thing_since")
            .depends_on("add_db_default", "0002_thing_weight_thing_word")
            .depends_on("add_decimal", "0002_thing_price")
            .depends_on("add_generated", "0001_initial")
            .depends_on("add_indexed", "0002_thing_code_thing_rank")
            .depends_on("add_integer", "0002_thing_weight")
            .depends_on("add_json", "0002_thing_data")
            .depends_on("add_key", "0002_thing_maker")
            .depends_on("add_key_null", "0002_thing_maker")
            .depends_on("add_key_to_self", "0002_thing_part_of")
            .depends_on("add_named_column", "0002_thing_colour")
            .depends_on("add_one_to_one", "0002_thing_maker")
            .depends_on("add_owner", "0002_thing_owner_thing_readers")
            .depends_on("add_positive", "0002_thing_boxes_thing_pieces")
            .depends_on("add_required", "0002_thing_label")
            .depends_on("add_several", "0002_thing_code_thing_maker_thing_pieces_thing_rank_and_more")
            .depends_on("add_slug", "0002_thing_slug")
            .depends_on("add_text_blank", "0002_thing_notes")
            .depends_on("add_two", "0002_thing_one_thing_two")
            .depends_on("add_unique", "0002_thing_code")
            .depends_on("add_uuid", "0002_thing_key")
            .depends_on("faked", "0002_thing_pieces")
            .depends_on("pg_array", "0002_thing_words_alter_thing_numbers")
            .depends_on("remove_and_add", "0002_remove_thing_old_thing_new")
            .depends_on("rename_and_change", "0002_rename_name_thing_title_thing_extra_and_more")
            .depends_on("rules_and_field", "0002_thing_rank_thing_rules_and_field_too_and_more")
            .depends_on("together_with_key", "0002_thing_maker_alter_thing_unique_together")
            .add_field("Thing", integer("twice").generated((field("pieces") * 2_i64)))
    }
}

pub(super) fn all() -> Vec<Migration> {
    vec![m0001_initial::migration(), m0002_thing_twice::migration()]
}
