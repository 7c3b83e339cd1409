//! Models that are created, deleted, and managed or not.

changes! {
    "create_first" create_first {
        before {}
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "create_keyed" create_keyed {
        before { struct Maker { #[field(max_length = 20)] name: String, } }
        after {
            struct Maker { #[field(max_length = 20)] name: String, }
            #[model(unique_together = [["maker", "name"]], indexes = [index(name = "create_keyed_ix", fields = ["name", "maker"])])]
            struct Thing {
                #[field(on_delete = Cascade)] maker: ForeignKey<Maker>,
                #[field(max_length = 20, unique)] name: String,
                #[field(on_delete = SetNull, related_name = "+")] also: Option<ForeignKey<Maker>>,
                #[field(related_name = "+")] others: ManyToMany<Maker>,
            }
        }
    }
    "create_many" create_many {
        before {}
        after {
            struct Zebra { #[field(max_length = 20)] name: String, }
            struct Ant { #[field(max_length = 20)] name: String, #[field(on_delete = Cascade)] zebra: ForeignKey<Zebra>, }
            struct Mouse { #[field(on_delete = Cascade)] ant: ForeignKey<Ant>, zebras: ManyToMany<Zebra>, #[field(default = 1)] size: u32, }
        }
    }
    "create_circular" create_circular {
        before {}
        after {
            struct Left { #[field(on_delete = SetNull, related_name = "+")] right: Option<ForeignKey<Right>>, #[field(max_length = 9)] name: String, }
            struct Right { #[field(on_delete = Cascade, related_name = "+")] left: ForeignKey<Left>, #[field(max_length = 9)] name: String, }
        }
    }
    "create_near" create_near {
        before {}
        after {
            struct House { #[field(on_delete = SetNull, related_name = "+")] town: Option<ForeignKey<crate::changes::models::create_far::after::Town>>, #[field(max_length = 9)] name: String, }
            struct Street { #[field(max_length = 9)] name: String, }
        }
    }
    "create_far" create_far {
        before {}
        after {
            struct Town { #[field(on_delete = Cascade, related_name = "+")] street: ForeignKey<crate::changes::models::create_near::after::Street>, #[field(max_length = 9)] name: String, }
        }
    }
    "create_child" create_child {
        before { struct Place { #[field(max_length = 20)] name: String, } }
        after {
            struct Place { #[field(max_length = 20)] name: String, }
            keyed Shop { #[field(parent)] place: Place, #[field(default = 1)] rooms: i32, }
        }
    }
    "create_unmanaged" create_unmanaged {
        before {}
        after {
            #[model(managed = false)]
            struct Thing { #[field(max_length = 20)] name: String, }
        }
    }
    "create_owned" create_owned {
        before {}
        after {
            struct Thing {
                #[field(max_length = 20)] name: String,
                #[field(on_delete = Cascade, related_name = "+")] owner: ForeignKey<crate::changes::models::people::after::Person>,
            }
        }
    }
    "add_owner" add_owner {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after {
            struct Thing {
                #[field(max_length = 20)] name: String,
                #[field(on_delete = Cascade, related_name = "+")] owner: Option<ForeignKey<crate::changes::models::people::after::Person>>,
                #[field(related_name = "+")] readers: ManyToMany<crate::changes::models::people::after::Person>,
            }
        }
    }
    "people" people {
        before { struct Person { #[field(max_length = 20, unique)] name: String, } }
        after { struct Person { #[field(max_length = 20, unique)] name: String, } }
    }
    "delete_alone" delete_alone {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after {}
    }
    "delete_referred" delete_referred {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = SetNull)] maker: Option<ForeignKey<Maker>>, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "delete_keyed" delete_keyed {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            #[model(unique_together = [["maker", "name"]], indexes = [index(name = "delete_keyed_ix", fields = ["name"])])]
            struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
        }
        after { struct Maker { #[field(max_length = 20)] name: String, } }
    }
    "delete_many" delete_many {
        before {
            struct Tag { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, tags: ManyToMany<Tag>, }
        }
        after { struct Tag { #[field(max_length = 20)] name: String, } }
    }
    "delete_both" delete_both {
        before {
            struct Maker { #[field(max_length = 20)] name: String, }
            struct Thing { #[field(max_length = 20)] name: String, #[field(on_delete = Cascade)] maker: ForeignKey<Maker>, }
            struct Kept { #[field(max_length = 20)] name: String, }
        }
        after { struct Kept { #[field(max_length = 20)] name: String, } }
    }
    "delete_and_create" delete_and_create {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after { struct Other { #[field(max_length = 20)] name: String, pieces: i32, } }
    }
    "manage" manage {
        before {
            #[model(managed = false)]
            struct Thing { #[field(max_length = 20)] name: String, }
        }
        after { struct Thing { #[field(max_length = 20)] name: String, } }
    }
    "unmanage" unmanage {
        before { struct Thing { #[field(max_length = 20)] name: String, } }
        after {
            #[model(managed = false)]
            struct Thing { #[field(max_length = 20)] name: String, }
        }
    }
}
