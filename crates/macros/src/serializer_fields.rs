//! Fields that several serializers have: `#[derive(SerializerFields)]` of a base, and `#[field(flatten)]` where it is taken.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{DeriveInput, Error, Expr, Ident, Type};

use crate::attr::{self, FieldName, Mistakes, SerializerAttr, SerializerFields};
use crate::serializer::{DeclaredField, as_field, fields_of, is_method_field, text};

/// A base that a serializer takes fields from.
pub(crate) struct Base {
    pub(crate) name: Ident,
    ty: Type,
    /// Those that it does not take.
    left_out: Vec<Ident>,
}

/// The bases of a serializer, and the fields that it declares itself.
pub(crate) fn bases_and_fields(
    input: &DeriveInput,
    mistakes: &mut Mistakes,
) -> (Vec<Base>, Vec<DeclaredField>) {
    let fields = fields_of(input, mistakes);
    let declared: Vec<_> = fields.iter().map(|field| DeclaredField::of(field, mistakes)).collect();
    let is_base = |field: &DeclaredField| field.options.iter().any(|option| option.name == "flatten");
    let (bases, declared): (Vec<_>, Vec<_>) = declared.into_iter().partition(is_base);
    let bases = bases.into_iter().map(|field| Base::of(field, mistakes)).collect();
    (bases, declared)
}

impl Base {
    fn of(field: DeclaredField, mistakes: &mut Mistakes) -> Self {
        let mut left_out = Vec::new();
        for option in &field.options {
            match (option.name.to_string().as_str(), &option.value) {
                ("flatten", None) => {}
                ("exclude", Some(value)) => match names_in(value) {
                    Ok(names) => left_out = names,
                    Err(error) => mistakes.add(error),
                },
                (name, _) => mistakes.add(Error::new(
                    option.name.span(),
                    format!("`{name}` is for one field; beside `flatten` there is `exclude = [..]`, which leaves fields out"),
                )),
            }
        }
        Self { name: field.name, ty: field.ty, left_out }
    }

    fn left_out(&self) -> TokenStream {
        let names = self.left_out.iter().map(text);
        quote!(&[#(#names),*])
    }

    /// Its fields.
    pub(crate) fn declaration(&self) -> TokenStream {
        let (ty, left_out) = (&self.ty, self.left_out());
        quote!(.base::<#ty>(#left_out))
    }

    /// The names of its fields.
    pub(crate) fn names(&self) -> TokenStream {
        let (ty, left_out) = (&self.ty, self.left_out());
        quote!(::belleville::serializers::base_names::<#ty>(#left_out))
    }

    /// Its methods.
    pub(crate) fn methods(&self) -> TokenStream {
        let ty = &self.ty;
        quote!(.inheriting(<#ty as ::belleville::serializers::SerializerFields>::methods()))
    }
}

/// `[created, author_name]`.
fn names_in(value: &Expr) -> syn::Result<Vec<Ident>> {
    let wrong = |value: &Expr| Error::new_spanned(value, "name the fields: exclude = [created, changed]");
    let Expr::Array(names) = value else { return Err(wrong(value)) };
    let name = |name: &Expr| match name {
        Expr::Path(path) => path.path.require_ident().map(Ident::unraw).map_err(|_| wrong(name)),
        other => Err(wrong(other)),
    };
    names.elems.iter().map(name).collect()
}

/// Refuses bases that are not there, or are not used.
pub(crate) fn check_bases(options: &SerializerAttr, bases: &[Base], mistakes: &mut Mistakes) {
    let SerializerFields::Named(names) = &options.fields else { return };
    for base in names.iter().filter_map(FieldName::base) {
        if !bases.iter().any(|known| known.name == *base) {
            let text = format!("there is no `{base}`: declare it as `#[field(flatten)] {base}: ..`");
            mistakes.add(Error::new(base.span(), text));
        }
    }
    for base in bases {
        if !names.iter().filter_map(FieldName::base).any(|known| *known == base.name) {
            let name = &base.name;
            let text = format!(
                "none of the fields of `{name}` is one of `fields`: add `..{name}`, or `{name}.field` for one"
            );
            mistakes.add(Error::new(name.span(), text));
        }
    }
}

/// The compiler looks for the fields of bases that are named.
pub(crate) fn of_bases(options: &SerializerAttr, bases: &[Base]) -> TokenStream {
    let named = match &options.fields {
        SerializerFields::Named(names) => names.iter().collect(),
        SerializerFields::All | SerializerFields::Exclude(_) => Vec::new(),
    };
    let named = named.into_iter().filter_map(|name| match name {
        FieldName::OfBase(base, name) => Some((base, name)),
        FieldName::Own(_) | FieldName::AllOfBase(_) => None,
    });
    let left_out = bases.iter().flat_map(|base| base.left_out.iter().map(|name| (&base.name, name)));
    let looked_for = named.chain(left_out).map(|(base, name)| {
        let (base, name) = (as_field(base), as_field(name));
        quote!(let _ = &serializer.#base.#name;)
    });
    let used = bases.iter().map(|base| {
        let name = as_field(&base.name);
        quote!(let _ = &serializer.#name;)
    });
    quote!(#(#used)* #(#looked_for)*)
}

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let model = attr::base_model(&input.attrs, &mut mistakes);
    let (bases, declared) = bases_and_fields(input, &mut mistakes);
    for field in declared.iter().filter(|field| model.is_none() && is_method_field(&field.ty)) {
        let text = "say of which model the method is given an object: #[serializer(model = Book)]";
        mistakes.add(Error::new(field.name.span(), text));
    }
    mistakes.finish()?;
    let ident = &input.ident;
    let inherited = bases.iter().map(|base| {
        let (ty, left_out) = (&base.ty, base.left_out());
        quote! {
            let left_out: &[&str] = #left_out;
            let taken = <#ty as ::belleville::serializers::SerializerFields>::fields();
            fields.extend(taken.into_iter().filter(|(name, _)| !left_out.contains(name)));
        }
    });
    let declarations = declared.iter().map(|field| {
        let name = text(&field.name);
        let declaration = match &model {
            Some(model) => field.declaration(model),
            None => field.of_kind(),
        };
        quote! {
            fields.retain(|(known, _)| *known != #name);
            fields.push((#name, ::belleville::serializers::fields::Declared::from(#declaration)));
        }
    });
    let methods = bases.iter().map(Base::methods);
    let used = declared.iter().map(|field| {
        let (name, key) = (as_field(&field.name), field.known_key());
        quote!(let _ = &serializer.#name; #key)
    });
    let of_bases = of_bases(&SerializerAttr::default(), &bases);
    Ok(quote! {
        const _: () = {
            #[allow(dead_code, reason = "the struct is a declaration: nothing else reads its fields")]
            fn known_fields(serializer: &#ident) {
                #(#used)*
                #of_bases
            }
        };

        #[automatically_derived]
        impl ::belleville::serializers::SerializerMethods for #ident {
            type Methods = ::belleville::serializers::Methods;
        }

        #[automatically_derived]
        impl ::belleville::serializers::SerializerFields for #ident {
            fn fields() -> ::std::vec::Vec<(&'static str, ::belleville::serializers::fields::Declared)> {
                let mut fields: ::std::vec::Vec<(&'static str, ::belleville::serializers::fields::Declared)> =
                    ::std::vec::Vec::new();
                #(#inherited)*
                #(#declarations)*
                fields
            }

            fn methods() -> ::belleville::serializers::Methods {
                #[allow(unused_imports, reason = "a base may have methods of its own")]
                use {::belleville::serializers::NoMethods as _};
                #ident::serializer_methods() #(#methods)*
            }
        }
    })
}
