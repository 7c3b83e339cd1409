//! Writes all that the table of policies stands for.

/// From a table of policies: what a view, a viewset or an action says ([`Policies`](super::Policies)), what is in force for a
/// method ([`CompletePolicies`](super::CompletePolicies)), and the methods that say it.
macro_rules! policies {
    ($(
        $(#[$about:meta])*
        $field:ident: $type:ty {
            $($(#[$doc:meta])* $name:ident($($argument:ident: $from:ty),*) => $value:expr;)*
        }
    )*) => {
        /// What a view, a viewset or one of its actions says of its policies. What none of them says is as the settings say.
        #[derive(Clone, Default)]
        pub struct Policies {
            $($(#[$about])* $field: Option<$type>,)*
        }

        /// The policies in force for a method of a view, worked out once, at start.
        #[derive(Clone)]
        pub struct CompletePolicies {
            $($(#[$about])* pub(crate) $field: $type,)*
            /// How the view lists rows, where it has a model.
            pub(crate) listing: Option<Arc<Listing>>,
            /// How versions are found, where the view has any.
            pub(crate) scheme: Option<VersioningScheme>,
        }

        impl Policies {
            $($(
                $(#[$doc])*
                pub fn $name(&mut self, $($argument: $from),*) -> &mut Self {
                    self.$field = Some($value);
                    self
                }
            )*)*

            /// What these say, and where they say nothing, what the others say.
            pub(crate) fn over(&self, others: &Self) -> Self {
                Self { $($field: self.$field.clone().or_else(|| others.$field.clone()),)* }
            }

            /// What these say, and where they say nothing, the defaults.
            pub fn complete(&self, defaults: &CompletePolicies) -> CompletePolicies {
                CompletePolicies {
                    $($field: self.$field.clone().unwrap_or_else(|| defaults.$field.clone()),)*
                    listing: None,
                    scheme: None,
                }
            }

            /// Whether they say nothing.
            pub(crate) fn are_silent(&self) -> bool {
                true $(&& self.$field.is_none())*
            }
        }

        impl CompletePolicies {
            /// The policies of a view that nobody has given any: nobody may use it.
            fn closed() -> Self {
                let nothing = Self { $($field: Default::default(),)* listing: None, scheme: None };
                Self { permissions: vec![permissions::Nobody.into()], ..nothing }
            }
        }

        /// The policies of all methods of the view.
        impl View {
            $($(
                $(#[$doc])*
                pub fn $name(mut self, $($argument: $from),*) -> Self {
                    self.policies.$name($($argument),*);
                    self
                }
            )*)*
        }
    };
}

pub(super) use policies;
