//! The migrations, as `makemigrations` writes them. `run.py --write` writes all of them anew.

mod add_auto_now_add;
mod add_binary;
mod add_boolean;
mod add_char;
mod add_char_null;
mod add_date;
mod add_db_default;
mod add_decimal;
mod add_generated;
mod add_indexed;
mod add_integer;
mod add_json;
mod add_key;
mod add_key_null;
mod add_key_to_self;
mod add_many;
mod add_many_to_self;
mod add_named_column;
mod add_one_to_one;
mod add_owner;
mod add_positive;
mod add_required;
mod add_several;
mod add_slug;
mod add_text_blank;
mod add_two;
mod add_unique;
mod add_uuid;
mod alter_auto_to_big;
mod alter_beside_self;
mod alter_column;
mod alter_date;
mod alter_db_default;
mod alter_decimal;
mod alter_from_one_to_one;
mod alter_index;
mod alter_index_dropped;
mod alter_index_unique;
mod alter_indexed_longer;
mod alter_indexed_to_integer;
mod alter_key_null;
mod alter_key_of_text;
mod alter_key_unindexed;
mod alter_longer;
mod alter_many;
mod alter_null;
mod alter_other_key;
mod alter_positive;
mod alter_required;
mod alter_required_db_default;
mod alter_required_default;
mod alter_required_ignored;
mod alter_required_text;
mod alter_shorter;
mod alter_target;
mod alter_target_type;
mod alter_to_bigint;
mod alter_to_char;
mod alter_to_integer;
mod alter_to_key;
mod alter_to_many;
mod alter_to_one_to_one;
mod alter_to_slug;
mod alter_to_text;
mod alter_unchecked;
mod alter_unique;
mod alter_unique_dropped;
mod branches;
mod check_added;
mod check_changed;
mod check_decimal;
mod check_removed;
mod create_child;
mod create_circular;
mod create_far;
mod create_first;
mod create_keyed;
mod create_many;
mod create_near;
mod create_owned;
mod create_unmanaged;
mod delete_alone;
mod delete_and_create;
mod delete_both;
mod delete_keyed;
mod delete_many;
mod delete_referred;
mod faked;
mod faked_initial;
mod index_added;
mod index_changed;
mod index_covering;
mod index_partial;
mod index_removed;
mod index_renamed;
mod index_unnamed;
mod manage;
mod people;
mod pg_array;
mod pg_concurrently;
mod pg_gin;
mod pg_hstore;
mod remove_and_add;
mod remove_generated;
mod remove_in_index;
mod remove_in_together;
mod remove_indexed;
mod remove_key;
mod remove_many;
mod remove_plain;
mod remove_positive;
mod remove_unique;
mod remove_with_constraint;
mod remove_with_default;
mod rename_and_change;
mod rename_column_kept;
mod rename_in_check;
mod rename_in_index;
mod rename_in_together;
mod rename_indexed;
mod rename_key;
mod rename_many;
mod rename_model;
mod rename_model_and_field;
mod rename_model_keyed;
mod rename_model_many;
mod rename_model_many_to_self;
mod rename_model_ruled;
mod rename_model_to_self;
mod rename_plain;
mod rename_positive;
mod rename_table;
mod rename_table_back;
mod rename_table_many;
mod rename_target;
mod rules_and_field;
mod squash_all;
mod squash_none;
mod squash_some;
mod step_of_code;
mod step_of_sql;
mod together_added;
mod together_changed;
mod together_removed;
mod together_with_key;
mod unique_added;
mod unique_changed;
mod unique_conditional;
mod unique_conditional_removed;
mod unique_including;
mod unique_nulls;
mod unique_removed;
mod unmanage;

use belleville_db::migrations::Migration;

/// Those of an app, with those that are written by hand.
pub(crate) fn of(app: &str) -> Vec<Migration> {
    match app {
        "add_auto_now_add" => add_auto_now_add::all(),
        "add_binary" => add_binary::all(),
        "add_boolean" => add_boolean::all(),
        "add_char" => add_char::all(),
        "add_char_null" => add_char_null::all(),
        "add_date" => add_date::all(),
        "add_db_default" => add_db_default::all(),
        "add_decimal" => add_decimal::all(),
        "add_generated" => add_generated::all(),
        "add_indexed" => add_indexed::all(),
        "add_integer" => add_integer::all(),
        "add_json" => add_json::all(),
        "add_key" => add_key::all(),
        "add_key_null" => add_key_null::all(),
        "add_key_to_self" => add_key_to_self::all(),
        "add_many" => add_many::all(),
        "add_many_to_self" => add_many_to_self::all(),
        "add_named_column" => add_named_column::all(),
        "add_one_to_one" => add_one_to_one::all(),
        "add_owner" => add_owner::all(),
        "add_positive" => add_positive::all(),
        "add_required" => add_required::all(),
        "add_several" => add_several::all(),
        "add_slug" => add_slug::all(),
        "add_text_blank" => add_text_blank::all(),
        "add_two" => add_two::all(),
        "add_unique" => add_unique::all(),
        "add_uuid" => add_uuid::all(),
        "alter_auto_to_big" => alter_auto_to_big::all(),
        "alter_beside_self" => alter_beside_self::all(),
        "alter_column" => alter_column::all(),
        "alter_date" => alter_date::all(),
        "alter_db_default" => alter_db_default::all(),
        "alter_decimal" => alter_decimal::all(),
        "alter_from_one_to_one" => alter_from_one_to_one::all(),
        "alter_index" => alter_index::all(),
        "alter_index_dropped" => alter_index_dropped::all(),
        "alter_index_unique" => alter_index_unique::all(),
        "alter_indexed_longer" => alter_indexed_longer::all(),
        "alter_indexed_to_integer" => alter_indexed_to_integer::all(),
        "alter_key_null" => alter_key_null::all(),
        "alter_key_of_text" => alter_key_of_text::all(),
        "alter_key_unindexed" => alter_key_unindexed::all(),
        "alter_longer" => alter_longer::all(),
        "alter_many" => alter_many::all(),
        "alter_null" => alter_null::all(),
        "alter_other_key" => alter_other_key::all(),
        "alter_positive" => alter_positive::all(),
        "alter_required" => alter_required::all(),
        "alter_required_db_default" => alter_required_db_default::all(),
        "alter_required_default" => alter_required_default::all(),
        "alter_required_ignored" => alter_required_ignored::all(),
        "alter_required_text" => alter_required_text::all(),
        "alter_shorter" => alter_shorter::all(),
        "alter_target" => alter_target::all(),
        "alter_target_type" => alter_target_type::all(),
        "alter_to_bigint" => alter_to_bigint::all(),
        "alter_to_char" => alter_to_char::all(),
        "alter_to_integer" => alter_to_integer::all(),
        "alter_to_key" => alter_to_key::all(),
        "alter_to_many" => alter_to_many::all(),
        "alter_to_one_to_one" => alter_to_one_to_one::all(),
        "alter_to_slug" => alter_to_slug::all(),
        "alter_to_text" => alter_to_text::all(),
        "alter_unchecked" => alter_unchecked::all(),
        "alter_unique" => alter_unique::all(),
        "alter_unique_dropped" => alter_unique_dropped::all(),
        "branches" => branches::all(),
        "check_added" => check_added::all(),
        "check_changed" => check_changed::all(),
        "check_decimal" => check_decimal::all(),
        "check_removed" => check_removed::all(),
        "create_child" => create_child::all(),
        "create_circular" => create_circular::all(),
        "create_far" => create_far::all(),
        "create_first" => create_first::all(),
        "create_keyed" => create_keyed::all(),
        "create_many" => create_many::all(),
        "create_near" => create_near::all(),
        "create_owned" => create_owned::all(),
        "create_unmanaged" => create_unmanaged::all(),
        "delete_alone" => delete_alone::all(),
        "delete_and_create" => delete_and_create::all(),
        "delete_both" => delete_both::all(),
        "delete_keyed" => delete_keyed::all(),
        "delete_many" => delete_many::all(),
        "delete_referred" => delete_referred::all(),
        "faked" => faked::all(),
        "faked_initial" => faked_initial::all(),
        "index_added" => index_added::all(),
        "index_changed" => index_changed::all(),
        "index_covering" => index_covering::all(),
        "index_partial" => index_partial::all(),
        "index_removed" => index_removed::all(),
        "index_renamed" => index_renamed::all(),
        "index_unnamed" => index_unnamed::all(),
        "manage" => manage::all(),
        "people" => people::all(),
        "pg_array" => pg_array::all(),
        "pg_concurrently" => pg_concurrently::all(),
        "pg_gin" => pg_gin::all(),
        "pg_hstore" => pg_hstore::all(),
        "remove_and_add" => remove_and_add::all(),
        "remove_generated" => remove_generated::all(),
        "remove_in_index" => remove_in_index::all(),
        "remove_in_together" => remove_in_together::all(),
        "remove_indexed" => remove_indexed::all(),
        "remove_key" => remove_key::all(),
        "remove_many" => remove_many::all(),
        "remove_plain" => remove_plain::all(),
        "remove_positive" => remove_positive::all(),
        "remove_unique" => remove_unique::all(),
        "remove_with_constraint" => remove_with_constraint::all(),
        "remove_with_default" => remove_with_default::all(),
        "rename_and_change" => rename_and_change::all(),
        "rename_column_kept" => rename_column_kept::all(),
        "rename_in_check" => rename_in_check::all(),
        "rename_in_index" => rename_in_index::all(),
        "rename_in_together" => rename_in_together::all(),
        "rename_indexed" => rename_indexed::all(),
        "rename_key" => rename_key::all(),
        "rename_many" => rename_many::all(),
        "rename_model" => rename_model::all(),
        "rename_model_and_field" => rename_model_and_field::all(),
        "rename_model_keyed" => rename_model_keyed::all(),
        "rename_model_many" => rename_model_many::all(),
        "rename_model_many_to_self" => rename_model_many_to_self::all(),
        "rename_model_ruled" => rename_model_ruled::all(),
        "rename_model_to_self" => rename_model_to_self::all(),
        "rename_plain" => rename_plain::all(),
        "rename_positive" => rename_positive::all(),
        "rename_table" => rename_table::all(),
        "rename_table_back" => rename_table_back::all(),
        "rename_table_many" => rename_table_many::all(),
        "rename_target" => rename_target::all(),
        "rules_and_field" => rules_and_field::all(),
        "squash_all" => squash_all::all(),
        "squash_none" => squash_none::all(),
        "squash_some" => squash_some::all(),
        "step_of_code" => step_of_code::all(),
        "step_of_sql" => step_of_sql::all(),
        "together_added" => together_added::all(),
        "together_changed" => together_changed::all(),
        "together_removed" => together_removed::all(),
        "together_with_key" => together_with_key::all(),
        "unique_added" => unique_added::all(),
        "unique_changed" => unique_changed::all(),
        "unique_conditional" => unique_conditional::all(),
        "unique_conditional_removed" => unique_conditional_removed::all(),
        "unique_including" => unique_including::all(),
        "unique_nulls" => unique_nulls::all(),
        "unique_removed" => unique_removed::all(),
        "unmanage" => unmanage::all(),
        _ => Vec::new(),
    }
}
