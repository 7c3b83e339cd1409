//! Indexes, constraints, and fields that are unique together.

changes! {
    "index_added" index_added {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(indexes = [index(name = "index_added_ix", fields = ["pieces", "-name"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "index_unnamed" index_unnamed {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(indexes = [index(fields = ["name", "pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "index_removed" index_removed {
        before {
            #[model(indexes = [index(name = "index_removed_ix", fields = ["pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
    }
    "index_renamed" index_renamed {
        before {
            #[model(indexes = [index(name = "index_renamed_ix", fields = ["pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after {
            #[model(indexes = [index(name = "index_renamed_other", fields = ["pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "index_changed" index_changed {
        before {
            #[model(indexes = [index(name = "index_changed_ix", fields = ["pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after {
            #[model(indexes = [index(name = "index_changed_ix", fields = ["-pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "index_partial" index_partial {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(indexes = [index(name = "index_partial_ix", fields = ["name"], condition = pieces > 3 && name != "x")])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "index_covering" index_covering {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(indexes = [index(name = "index_covering_ix", fields = ["name"], include = ["pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "unique_added" unique_added {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(constraints = [unique(name = "unique_added_uq", fields = ["name", "pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "unique_removed" unique_removed {
        before {
            #[model(constraints = [unique(name = "unique_removed_uq", fields = ["name", "pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
    }
    "unique_changed" unique_changed {
        before {
            #[model(constraints = [unique(name = "unique_changed_uq", fields = ["name", "pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after {
            #[model(constraints = [unique(name = "unique_changed_uq", fields = ["name"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "unique_conditional" unique_conditional {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(constraints = [unique(name = "unique_conditional_uq", fields = ["name"], condition = pieces.is_null())])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "unique_conditional_removed" unique_conditional_removed {
        before {
            #[model(constraints = [unique(name = "unique_conditional_removed_uq", fields = ["name"], condition = pieces.is_null())])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
    }
    "unique_nulls" unique_nulls {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(constraints = [unique(name = "unique_nulls_uq", fields = ["name", "pieces"], nulls_distinct = false)])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "unique_including" unique_including {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(constraints = [unique(name = "unique_including_uq", fields = ["name"], include = ["pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "check_added" check_added {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(constraints = [check(name = "check_added_ck", condition = pieces >= 0 || !(name == "x"))])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "check_removed" check_removed {
        before {
            #[model(constraints = [check(name = "check_removed_ck", condition = pieces >= 0)])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
    }
    "check_changed" check_changed {
        before {
            #[model(constraints = [check(name = "check_changed_ck", condition = pieces >= 0)])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after {
            #[model(constraints = [check(name = "check_changed_ck", condition = pieces >= 1)])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "check_decimal" check_decimal {
        before { struct Thing { #[field(max_digits = 6, decimal_places = 2)] price: Decimal, #[field(max_length = 9)] size: String, } }
        after {
            #[model(constraints = [
                check(name = "check_decimal_ck", condition = price >= 0 && price < 10),
                check(name = "check_decimal_sizes", condition = size.is_in("s", "it's")),
            ])]
            struct Thing { #[field(max_digits = 6, decimal_places = 2)] price: Decimal, #[field(max_length = 9)] size: String, }
        }
    }
    "rules_and_field" rules_and_field {
        before {
            #[model(indexes = [index(name = "rules_and_field_ix", fields = ["pieces"])])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after {
            #[model(
                indexes = [index(name = "rules_and_field_ix", fields = ["pieces"]), index(name = "rules_and_field_too", fields = ["rank"])],
                constraints = [
                    check(name = "rules_and_field_ck", condition = rank >= pieces),
                    unique(name = "rules_and_field_uq", fields = ["name", "rank"]),
                ],
            )]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, rank: Option<i32>, }
        }
    }
    "together_added" together_added {
        before { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
        after {
            #[model(unique_together = [["name", "pieces"]])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
    }
    "together_changed" together_changed {
        before {
            #[model(unique_together = [["name", "pieces"]])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, rank: Option<i32>, }
        }
        after {
            #[model(unique_together = [["name", "rank"]])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, rank: Option<i32>, }
        }
    }
    "together_removed" together_removed {
        before {
            #[model(unique_together = [["name", "pieces"]])]
            struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, pieces: Option<i32>, } }
    }
    "together_with_key" together_with_key {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            #[model(unique_together = [["maker", "name"]])]
            struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = Cascade)] maker: Option<ForeignKey<Maker>>, }
        }
    }
}
