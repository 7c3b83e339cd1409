//! `#[derive(ModelSerializer)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Expr, ExprLit, Field, Fields, Ident, Lit, Type};

use crate::attr::{self, FieldName, Mistakes, SerializerAttr, SerializerFields};
use crate::serializer_fields::{Base, bases_and_fields, check_bases, of_bases};

pub(crate) fn derive(input: &DeriveInput, hyperlinked: bool) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let options = attr::serializer(&input.attrs, &mut mistakes);
    let (bases, declared) = bases_and_fields(input, &mut mistakes);
    declared.iter().for_each(|field| field.refuse_kind(&mut mistakes));
    check(input, &options, &declared, &mut mistakes);
    check_bases(&options, &bases, &mut mistakes);
    let Some(model) = &options.model else {
        if mistakes.is_empty() {
            mistakes.add(syn::Error::new_spanned(
                &input.ident,
                "say which model: #[serializer(model = Project, ...)]",
            ));
        }
        mistakes.finish()?;
        return Ok(TokenStream::new());
    };
    mistakes.finish()?;
    let ident = &input.ident;
    let names = match &options.fields {
        SerializerFields::Named(names) => {
            let names = names.iter().map(|name| match name {
                FieldName::Own(name) | FieldName::OfBase(_, name) => {
                    let name = text(name);
                    quote!(names.push(#name);)
                }
                FieldName::AllOfBase(name) => {
                    let base = bases.iter().find(|base| base.name == *name).map(Base::names);
                    quote!(names.extend(#base);)
                }
            });
            quote!({
                let mut names: ::std::vec::Vec<&'static str> = ::std::vec::Vec::new();
                #(#names)*
                ::belleville::serializers::Declaration::fields(names)
            })
        }
        SerializerFields::All => quote!(::belleville::serializers::Declaration::all()),
        SerializerFields::Exclude(names) => {
            let names = names.iter().map(text);
            quote!(::belleville::serializers::Declaration::exclude([#(#names),*]))
        }
    };
    let declarations = declared.iter().map(|field| {
        let (name, field) = (text(&field.name), field.declaration(model));
        quote!(.declared(#name, #field))
    });
    let extra = options.extra_kwargs.iter().map(|(name, given)| {
        let start = quote!(::belleville::serializers::fields::ExtraKwargs::new());
        let (name, field) = (text(name), with_options(start, given));
        quote!(.extra_kwargs(#name, #field))
    });
    let read_only = options.read_only_fields.iter().map(text);
    let querysets = options.querysets.iter().map(|(name, queryset)| {
        let (field, name) = (as_field(name), text(name));
        quote!(.queryset(#name, ::belleville::serializers::related_rows(|model: &#model| &model.#field, #queryset)))
    });
    let depth = options.depth.as_ref().map(|depth| quote!(.depth(#depth)));
    let links = hyperlinked.then(|| quote!(.hyperlinked()));
    let validators = options.validators.as_ref().map(|validators| {
        let validators = validators.iter().map(|validator| {
            quote_spanned!(validator.span() => ::belleville::serializers::SerializerValidator::from(#validator))
        });
        quote!(.validators([#(#validators),*]))
    });
    let is_declared = |name: &Ident| declared.iter().any(|field| field.name == *name);
    let is_of_model = |name: &&Ident| !(is_declared(name) || **name == "pk" || **name == "url");
    let inherited: Vec<TokenStream> = bases.iter().map(Base::declaration).collect();
    let base_methods = bases.iter().map(Base::methods);
    let of_bases = of_bases(&options, &bases);
    let known = named(&options).into_iter().filter(is_of_model).map(|name| {
        let name = options.source_of(name).unwrap_or_else(|| as_field(name));
        quote!(let _ = &model.#name;)
    });
    // The struct is a declaration: nothing else reads its fields.
    let used = declared.iter().map(|field| {
        let name = as_field(&field.name);
        let key = field.known_key();
        quote!(let _ = &serializer.#name; #key)
    });
    Ok(quote! {
        const _: () = {
            #[allow(dead_code, reason = "the compiler checks the names of the fields here, in the case they are written in")]
            fn known_fields(model: &#model, serializer: &#ident) {
                #(#known)*
                #(#used)*
                #of_bases
            }
        };

        #[automatically_derived]
        impl ::belleville::serializers::SerializerMethods for #ident {
            type Methods = ::belleville::serializers::Methods;
        }

        #[automatically_derived]
        impl ::belleville::serializers::ModelSerializer for #ident {
            type Model = #model;

            const DECLARED_AT: &'static str = ::core::concat!(::core::file!(), ":", ::core::line!());

            fn declaration() -> ::belleville::serializers::Declaration<#model> {
                #[allow(unused_imports, reason = "a serializer may have methods of its own")]
                use {::belleville::serializers::NoMethods as _};
                #names
                    #(#inherited)*
                    #(#declarations)*
                    #(#extra)*
                    .read_only_fields([#(#read_only),*])
                    #(#querysets)*
                    #depth
                    #links
                    #validators
                    .methods(#ident::serializer_methods() #(#base_methods)*)
            }
        }
    })
}

/// The fields that the struct declares.
pub(crate) fn fields_of<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<&'a Field> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unit => Vec::new(),
            Fields::Named(fields) => fields.named.iter().collect(),
            Fields::Unnamed(fields) => {
                mistakes.add(syn::Error::new_spanned(
                    fields,
                    "declare fields by their names: struct BookSerializer { author: StringRelatedField<Author> }",
                ));
                Vec::new()
            }
        },
        _ => {
            mistakes.add(syn::Error::new_spanned(&input.ident, "a serializer is a struct"));
            Vec::new()
        }
    }
}

fn check(input: &DeriveInput, options: &SerializerAttr, declared: &[DeclaredField], mistakes: &mut Mistakes) {
    // What follows from a mistake of the attribute is none of its own.
    if options.model.is_some() && !options.says_fields() && mistakes.is_empty() {
        mistakes.add(syn::Error::new_spanned(
            &input.ident,
            "say which fields: #[serializer(fields = [id, name])], `fields = all` or `exclude = [secret]`",
        ));
    }
    for (_, given) in &options.extra_kwargs {
        given
            .iter()
            .filter_map(mistake)
            .chain(contradiction(given))
            .for_each(|mistake| mistakes.add(mistake));
    }
    let mut refuse = |name: &Ident, message: String| mistakes.add(syn::Error::new(name.span(), message));
    let is_declared = |name: &Ident| declared.iter().any(|field| field.name == *name);
    if let SerializerFields::Named(named) = &options.fields {
        let names: Vec<&Ident> = named.iter().filter_map(FieldName::name).collect();
        for name in declared.iter().map(|field| &field.name).filter(|name| !names.contains(name)) {
            refuse(name, format!("`{name}` is declared, and is not one of `fields`"));
        }
        let has_bases = named.iter().any(|name| matches!(name, FieldName::AllOfBase(_)));
        let others = options.read_only_fields.iter().chain(options.querysets.iter().map(|(name, _)| name));
        for name in others.chain(options.extra_kwargs.iter().map(|(name, _)| name)) {
            if !has_bases && !names.contains(&name) {
                refuse(name, format!("`{name}` is not one of `fields`"));
            }
        }
    }
    for (name, _) in &options.querysets {
        if options.read_only_fields.contains(name) {
            refuse(name, format!("`{name}` is read-only: nobody can set it"));
        }
    }
    let elsewhere = options.extra_kwargs.iter().map(|(name, _)| name).chain(&options.read_only_fields);
    for name in elsewhere.filter(|name| is_declared(name)) {
        refuse(name, format!("`{name}` is declared below: its options belong there, in #[field(..)]"));
    }
    if let SerializerFields::Exclude(names) = &options.fields {
        for name in names.iter().filter(|name| is_declared(name)) {
            refuse(name, format!("`{name}` is declared below: take it out here or there"));
        }
    }
}

/// What is named of the model, or declared here.
fn named(options: &SerializerAttr) -> Vec<&Ident> {
    match &options.fields {
        SerializerFields::Named(names) => {
            let own = |name: &'_ FieldName| name.base().is_none();
            names.iter().filter(|name| own(name)).filter_map(FieldName::name).collect()
        }
        SerializerFields::Exclude(names) => names.iter().collect(),
        SerializerFields::All => Vec::new(),
    }
}

/// A field of the struct.
pub(crate) struct DeclaredField {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) options: Vec<GivenOption>,
}

/// `min_length = 3`, or `many` alone.
pub(crate) struct GivenOption {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

impl GivenOption {
    /// Whether it is said: `required`, or `required = true`.
    fn is_on(&self) -> bool {
        !matches!(&self.value, Some(Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. })) if !flag.value)
    }

    /// The field of the nested model that `key = sku` names.
    fn key(&self) -> Option<&Ident> {
        match &self.value {
            Some(Expr::Path(key)) if self.name == "key" => key.path.get_ident(),
            _ => None,
        }
    }

    /// Whether it is a kind of field: `EmailField`.
    fn is_kind(&self) -> bool {
        self.value.is_none() && self.name.to_string().starts_with(|first: char| first.is_ascii_uppercase())
    }
}

/// What is wrong with the value of an option that every field has.
fn mistake(option: &GivenOption) -> Option<syn::Error> {
    let GivenOption { name, value } = option;
    let is_bool = |value: &Expr| matches!(value, Expr::Lit(ExprLit { lit: Lit::Bool(_), .. }));
    let advice = match (name.to_string().as_str(), value) {
        ("read_only" | "write_only", Some(value)) if !is_bool(value) => {
            return Some(syn::Error::new_spanned(
                value,
                format!("`{name}` stands alone, or is true or false"),
            ));
        }
        ("style" | "error_messages", Some(Expr::Array(_))) | ("validators", Some(Expr::Array(_))) => {
            return None;
        }
        ("style", _) => "give pairs: `style = [(\"base_template\", \"textarea.html\")]`",
        ("error_messages", _) => "give pairs: `error_messages = [(\"invalid\", \"No such colour.\")]`",
        ("validators", _) => "give a list: `validators = [Rule::MaxLength(3)]`",
        ("source" | "default" | "initial" | "label" | "help_text", None) => {
            return Some(syn::Error::new(name.span(), format!("give it a value: `{name} = ..`")));
        }
        _ => return None,
    };
    Some(match value {
        Some(value) => syn::Error::new_spanned(value, advice),
        None => syn::Error::new(name.span(), advice),
    })
}

/// Two options that cannot both be said, at the second of them.
fn contradiction(options: &[GivenOption]) -> Option<syn::Error> {
    const PAIRS: [(&str, &str, &str); 3] = [
        ("read_only", "required", "input cannot be asked for a field that it does not set"),
        ("read_only", "write_only", "then the field is neither read nor shown"),
        ("required", "default", "the default is for input that leaves the field out"),
    ];
    PAIRS.iter().find_map(|(one, other, why)| {
        let at = |name: &str| options.iter().position(|option| option.name == name && option.is_on());
        let second = at(one)?.max(at(other)?);
        let text = format!("say `{one}` or `{other}`, not both: {why}");
        options.get(second).map(|option| syn::Error::new(option.name.span(), text))
    })
}

impl SerializerAttr {
    /// The model's field that `extra_kwargs` say is the source of another name.
    fn source_of(&self, name: &Ident) -> Option<Ident> {
        let (_, given) = self.extra_kwargs.iter().find(|(known, _)| known == name)?;
        let source = given.iter().find(|option| option.name == "source")?;
        match &source.value {
            Some(Expr::Lit(ExprLit { lit: Lit::Str(source), .. })) => {
                Some(as_field(&Ident::new_raw(&source.value(), source.span())))
            }
            _ => None,
        }
    }
}

/// The options that every field has.
const COMMON: [&str; 12] = [
    "source",
    "read_only",
    "write_only",
    "required",
    "default",
    "allow_null",
    "initial",
    "label",
    "help_text",
    "style",
    "error_messages",
    "validators",
];

/// The options of a `SerializerMethodField`.
const OF_METHODS: [&str; 2] = ["method_name", "needs"];

impl DeclaredField {
    pub(crate) fn of(field: &Field, mistakes: &mut Mistakes) -> Self {
        let name = field.ident.as_ref().map_or_else(|| Ident::new("field", Span::call_site()), Ident::unraw);
        let options = attr::serializer_field(&field.attrs, mistakes);
        options
            .iter()
            .filter_map(mistake)
            .chain(contradiction(&options))
            .for_each(|mistake| mistakes.add(mistake));
        let field = Self { name, ty: field.ty.clone(), options };
        if !is_method_field(&field.ty) {
            for option in OF_METHODS.iter().filter_map(|name| field.option(name)) {
                let text = format!("{} belongs to a SerializerMethodField", option.name);
                mistakes.add(syn::Error::new(option.name.span(), text));
            }
        }
        field
    }

    fn option(&self, name: &str) -> Option<&GivenOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// The compiler looks for the field by which rows are named.
    pub(crate) fn known_key(&self) -> Option<TokenStream> {
        let (ty, key) = (&self.ty, as_field(self.options.iter().find_map(GivenOption::key)?));
        Some(quote! {
            let _ = |model: &<#ty as ::belleville::serializers::ModelSerializer>::Model| { let _ = &model.#key; };
        })
    }

    /// Refuses a kind among the options, where the field's type is its kind.
    fn refuse_kind(&self, mistakes: &mut Mistakes) {
        if let Some(kind) = self.options.iter().find(|option| option.is_kind()) {
            let advice = format!("the kind is the type of the field: `{}: {}`", self.name, kind.name);
            mistakes.add(syn::Error::new(kind.name.span(), advice));
        }
    }

    pub(crate) fn declaration(&self, model: &syn::Path) -> TokenStream {
        let ty = &self.ty;
        if is_method_field(ty) {
            let method = self.option("method_name").and_then(|option| option.value.as_ref()).map_or_else(
                || Ident::new(&format!("get_{}", self.name), self.name.span()).into_token_stream(),
                quote::ToTokens::to_token_stream,
            );
            let start = match self.option("needs").map(|option| (&option.name, &option.value)) {
                None => quote_spanned! { self.name.span() =>
                    ::belleville::serializers::fields::Declared::method::<#model, _>(Self::#method)
                },
                Some((_, Some(Expr::Array(needs)))) if !needs.elems.is_empty() => {
                    let columns = needs.elems.iter();
                    let columns = quote_spanned!(needs.span() => (#(#columns,)*));
                    quote_spanned! { self.name.span() =>
                        ::belleville::serializers::fields::Declared::method_of::<#model, _, _>(#columns, Self::#method)
                    }
                }
                Some((name, _)) => {
                    let message =
                        "give the columns that the method takes: needs = [Book::TITLE, Book::PAGES]";
                    return quote_spanned!(name.span() => ::core::compile_error!(#message));
                }
            };
            let others = self.options.iter().filter(|option| OF_METHODS.iter().all(|own| option.name != own));
            return with_options(start, others);
        }
        self.of_kind()
    }

    /// The field of its type, with its options.
    pub(crate) fn of_kind(&self) -> TokenStream {
        let ty = &self.ty;
        let start = quote_spanned!(ty.span() => ::belleville::serializers::field::<#ty, _>());
        with_options(start, &self.options)
    }
}

pub(crate) fn is_method_field(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "SerializerMethodField"))
}

/// The field with its options: first those of its kind, which are methods of it, then those of every field.
fn with_options<'a>(start: TokenStream, options: impl IntoIterator<Item = &'a GivenOption>) -> TokenStream {
    let (common, own): (Vec<_>, Vec<_>) =
        options.into_iter().partition(|option| COMMON.iter().any(|known| option.name == known));
    let own = own.into_iter().map(|option @ GivenOption { name, value }| match value {
        Some(_) if option.key().is_some() => {
            let key = option.key().map(text);
            quote_spanned!(name.span() => .#name(#key))
        }
        Some(value) => quote_spanned!(name.span() => .#name(#value)),
        None => quote_spanned!(name.span() => .#name(true)),
    });
    let start = quote!(#start #(#own)*);
    common.into_iter().fold(start, with_common)
}

fn with_common(field: TokenStream, option: &GivenOption) -> TokenStream {
    let GivenOption { name, value } = option;
    let options = quote_spanned!(name.span() => ::belleville::serializers::fields::FieldOptions);
    match (name.to_string().as_str(), value) {
        ("read_only", Some(Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. }))) if !flag.value => {
            quote!(#options::writable(#field))
        }
        ("write_only", _) if !option.is_on() => {
            quote!(::belleville::serializers::fields::Declared::from(#field))
        }
        ("read_only" | "write_only", _) => quote!(#options::#name(#field)),
        ("allow_null" | "required", None) => quote!(#options::#name(#field, true)),
        ("style", Some(Expr::Array(pairs))) => each_pair(field, pairs, &quote!(#options::style)),
        ("error_messages", Some(Expr::Array(pairs))) => {
            each_pair(field, pairs, &quote!(#options::error_message))
        }
        ("validators", Some(Expr::Array(rules))) => {
            rules.elems.iter().fold(field, |field, rule| quote!(#options::validator(#field, #rule)))
        }
        ("default", Some(value)) => {
            let value = default(value);
            quote!(#options::default(#field, #value))
        }
        (_, Some(value)) => quote!(#options::#name(#field, #value)),
        // `mistake` has told it.
        (_, None) => field,
    }
}

/// `[("a", 1), ("b", 2)]`: one call for each.
fn each_pair(field: TokenStream, pairs: &syn::ExprArray, method: &TokenStream) -> TokenStream {
    pairs.elems.iter().fold(field, |field, pair| match pair {
        Expr::Tuple(pair) if pair.elems.len() == 2 => {
            let (key, value) = (&pair.elems[0], &pair.elems[1]);
            quote!(#method(#field, #key, #value))
        }
        other => {
            quote_spanned!(other.span() => ::core::compile_error!("give pairs: [(\"invalid\", \"No such colour.\")]"))
        }
    })
}

/// A text, a function of the request, or any other value.
fn default(value: &Expr) -> TokenStream {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => quote!(::std::string::String::from(#text)),
        Expr::Closure(closure) => quote!(::belleville::serializers::fields::DefaultValue::Function(#closure)),
        other => quote!(#other),
    }
}

pub(crate) fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// The name as the struct has it, at the user's own token: `r#type` for `type`.
pub(crate) fn as_field(name: &Ident) -> Ident {
    let text = name.unraw().to_string();
    if syn::parse_str::<Ident>(&text).is_ok() {
        Ident::new(&text, name.span())
    } else {
        Ident::new_raw(&text, name.span())
    }
}

/// `#[derive(Serializer)]`: a struct whose fields are the validated values.
pub(crate) fn derive_plain(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    attr::no_options(&input.attrs, "serializer", "#[derive(ModelSerializer)]", &mut mistakes);
    let fields: Vec<PlainField> =
        fields_of(input, &mut mistakes).iter().map(|field| PlainField::of(field, &mut mistakes)).collect();
    mistakes.finish()?;
    let ident = &input.ident;
    let declarations = fields.iter().map(|field| {
        if let Some(base) = &field.base {
            return quote!(fields.extend(<#base as ::belleville::serializers::PlainSerializer>::fields()););
        }
        let (name, declaration) = (field.declared.name.to_string(), field.declaration());
        quote!(fields.push((#name, #declaration));)
    });
    let base_methods = fields
        .iter()
        .filter_map(|field| field.base.as_ref())
        .map(|base| quote!(.inheriting(<#base as ::belleville::serializers::PlainSerializer>::methods())));
    let read = fields.iter().map(|field| {
        let (member, source) = (&field.member, field.source());
        if let Some(base) = &field.base {
            return quote!(#member: <#base as ::belleville::serializers::PlainSerializer>::from_data(data)?);
        }
        quote!(#member: ::belleville::serializers::PlainValue::read(data.get(#source))?)
    });
    let show = fields.iter().map(|field| {
        let (member, source) = (&field.member, field.source());
        if field.base.is_some() {
            return quote!(data.extend(::belleville::serializers::PlainSerializer::to_data(&self.#member)););
        }
        quote! {
            if let ::core::option::Option::Some(value) = ::belleville::serializers::PlainValue::show(&self.#member) {
                data.set(#source, value);
            }
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl ::belleville::serializers::SerializerMethods for #ident {
            type Methods = ::belleville::serializers::Methods;
        }

        #[automatically_derived]
        impl ::belleville::serializers::PlainSerializer for #ident {
            const DECLARED_AT: &'static str = ::core::concat!(::core::file!(), ":", ::core::line!());

            fn class() -> &'static ::std::sync::Arc<::belleville::serializers::SerializerClass> {
                static CLASS: ::std::sync::OnceLock<::std::sync::Arc<::belleville::serializers::SerializerClass>> =
                    ::std::sync::OnceLock::new();
                CLASS.get_or_init(::belleville::serializers::SerializerClass::of_struct::<#ident>)
            }

            fn fields() -> ::std::vec::Vec<(&'static str, ::belleville::serializers::fields::Declared)> {
                let mut fields = ::std::vec::Vec::new();
                #(#declarations)*
                fields
            }

            fn methods() -> ::belleville::serializers::Methods {
                #[allow(unused_imports, reason = "a serializer may have methods of its own")]
                use {::belleville::serializers::NoMethods as _};
                #ident::serializer_methods() #(#base_methods)*
            }

            fn from_data(data: &::belleville::serializers::ValidatedData) -> ::belleville::db::Result<Self> {
                ::core::result::Result::Ok(Self { #(#read),* })
            }

            fn to_data(&self) -> ::belleville::serializers::ValidatedData {
                let mut data = ::belleville::serializers::ValidatedData::new();
                #(#show)*
                data
            }
        }
    })
}

/// A field of a struct of values.
struct PlainField {
    member: Ident,
    declared: DeclaredField,
    /// It is an `Option`: input need not have it.
    is_optional: bool,
    /// It is another struct of values, whose fields are taken.
    base: Option<Type>,
}

impl PlainField {
    fn of(field: &Field, mistakes: &mut Mistakes) -> Self {
        let mut declared = DeclaredField::of(field, mistakes);
        if let Some(at) = declared.options.iter().position(|option| option.name == "flatten") {
            for other in declared.options.iter().filter(|option| option.name != "flatten") {
                let text =
                    format!("`{}` is for one field: a struct that is flattened has several", other.name);
                mistakes.add(syn::Error::new(other.name.span(), text));
            }
            declared.options.remove(at);
            let member = field.ident.clone().unwrap_or_else(|| declared.name.clone());
            return Self { member, declared, is_optional: false, base: Some(field.ty.clone()) };
        }
        let inner = inside_option(&field.ty).cloned();
        let is_optional = inner.is_some();
        if let Some(inner) = inner {
            declared.ty = inner;
        }
        // The kind is named first: #[field(EmailField, max_length = 100)].
        if let Some(at) = declared.options.iter().position(GivenOption::is_kind) {
            let kind = declared.options.remove(at).name;
            if let Some(other) = declared.options.iter().find(|option| option.is_kind()) {
                let advice = format!("a field has one kind: `{kind}` or `{}`", other.name);
                mistakes.add(syn::Error::new(other.name.span(), advice));
            }
            declared.ty =
                if is_relation(&kind) { related(&kind, &mut declared) } else { syn::parse_quote!(#kind) };
        }
        let member = field.ident.clone().unwrap_or_else(|| declared.name.clone());
        Self { member, declared, is_optional, base: None }
    }

    fn declaration(&self) -> TokenStream {
        let ty = &self.declared.ty;
        let start = quote_spanned!(ty.span() => ::belleville::serializers::field::<#ty, _>());
        let says_required =
            self.declared.options.iter().any(|option| option.name == "required" || option.name == "default");
        let start = with_options(start, &self.declared.options);
        if self.is_optional && !says_required {
            quote!(::belleville::serializers::fields::FieldOptions::required(#start, false))
        } else {
            quote!(::belleville::serializers::fields::Declared::from(#start))
        }
    }

    /// The name of the value among the validated ones.
    fn source(&self) -> TokenStream {
        let source = self.declared.options.iter().find(|option| option.name == "source");
        let name = self.declared.name.to_string();
        source.and_then(|option| option.value.as_ref()).map_or_else(|| quote!(#name), |value| quote!(#value))
    }
}

/// Whether a kind of field names a row of another model.
fn is_relation(kind: &Ident) -> bool {
    ["PrimaryKeyRelatedField", "SlugRelatedField", "HyperlinkedRelatedField", "StringRelatedField"]
        .iter()
        .any(|known| kind == known)
}

/// The relation of the model whose keys the field has, to one row or to several.
fn related(kind: &Ident, declared: &mut DeclaredField) -> Type {
    let keys = &declared.ty;
    let many = syn::parse_quote!(<#keys as ::belleville::serializers::RelatedKeys>::MANY);
    let to = quote_spanned!(keys.span() => <#keys as ::belleville::serializers::RelatedKeys>::To);
    declared.options.insert(0, GivenOption { name: Ident::new("many", kind.span()), value: Some(many) });
    syn::parse_quote!(#kind<#to>)
}

/// `T` of `Option<T>`.
fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
