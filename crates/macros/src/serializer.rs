//! `#[derive(ModelSerializer)]`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Expr, ExprLit, Field, Fields, Ident, Lit, Type};

use crate::attr::{self, Mistakes, SerializerAttr, SerializerFields};

pub(crate) fn derive(input: &DeriveInput, hyperlinked: bool) -> syn::Result<TokenStream> {
    let mut mistakes = Mistakes::default();
    let options = attr::serializer(&input.attrs, &mut mistakes);
    let declared: Vec<DeclaredField> =
        fields_of(input, &mut mistakes).iter().map(|field| DeclaredField::of(field, &mut mistakes)).collect();
    declared.iter().for_each(|field| field.refuse_kind(&mut mistakes));
    check(input, &options, &declared, &mut mistakes);
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
            let names = names.iter().map(text);
            quote!(::belleville::serializers::Declaration::fields([#(#names),*]))
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
    let is_of_model =
        |name: &&Ident| !(is_declared(name) || **name == "pk" || hyperlinked && **name == "url");
    let known = named(&options).filter(is_of_model).map(|name| {
        let name = options.source_of(name).unwrap_or_else(|| as_field(name));
        quote!(let _ = &model.#name;)
    });
    // The struct is a declaration: nothing else reads its fields.
    let used = declared.iter().map(|field| {
        let name = as_field(&field.name);
        quote!(let _ = &serializer.#name;)
    });
    Ok(quote! {
        const _: () = {
            #[allow(dead_code, reason = "the compiler checks the names of the fields here, in the case they are written in")]
            fn known_fields(model: &#model, serializer: &#ident) {
                #(#known)*
                #(#used)*
            }
        };

        #[automatically_derived]
        impl ::belleville::serializers::ModelSerializer for #ident {
            type Model = #model;

            const DECLARED_AT: &'static str = ::core::concat!(::core::file!(), ":", ::core::line!());

            fn declaration() -> ::belleville::serializers::Declaration<#model> {
                #[allow(unused_imports, reason = "a serializer may have methods of its own")]
                use {::belleville::serializers::NoMethods as _};
                #names
                    #(#declarations)*
                    #(#extra)*
                    .read_only_fields([#(#read_only),*])
                    #(#querysets)*
                    #depth
                    #links
                    #validators
                    .methods(#ident::serializer_methods())
            }
        }
    })
}

/// The fields that the struct declares.
fn fields_of<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<&'a Field> {
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
    if let SerializerFields::Named(names) = &options.fields {
        for name in declared.iter().map(|field| &field.name).filter(|name| !names.contains(name)) {
            refuse(name, format!("`{name}` is declared, and is not one of `fields`"));
        }
        let others = options.read_only_fields.iter().chain(options.querysets.iter().map(|(name, _)| name));
        for name in others.chain(options.extra_kwargs.iter().map(|(name, _)| name)) {
            if !names.contains(name) {
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

fn named(options: &SerializerAttr) -> impl Iterator<Item = &Ident> {
    match &options.fields {
        SerializerFields::Named(names) | SerializerFields::Exclude(names) => names.iter(),
        SerializerFields::All => [].iter(),
    }
}

/// A field of the struct.
pub(crate) struct DeclaredField {
    pub(crate) name: Ident,
    ty: Type,
    options: Vec<GivenOption>,
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

impl DeclaredField {
    fn of(field: &Field, mistakes: &mut Mistakes) -> Self {
        let name = field.ident.as_ref().map_or_else(|| Ident::new("field", Span::call_site()), Ident::unraw);
        let options = attr::serializer_field(&field.attrs, mistakes);
        options
            .iter()
            .filter_map(mistake)
            .chain(contradiction(&options))
            .for_each(|mistake| mistakes.add(mistake));
        let field = Self { name, ty: field.ty.clone(), options };
        if let Some(option) = field.option("method_name").filter(|_| !is_method_field(&field.ty)) {
            mistakes
                .add(syn::Error::new(option.name.span(), "method_name belongs to a SerializerMethodField"));
        }
        field
    }

    fn option(&self, name: &str) -> Option<&GivenOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Refuses a kind among the options, where the field's type is its kind.
    fn refuse_kind(&self, mistakes: &mut Mistakes) {
        if let Some(kind) = self.options.iter().find(|option| option.is_kind()) {
            let advice = format!("the kind is the type of the field: `{}: {}`", self.name, kind.name);
            mistakes.add(syn::Error::new(kind.name.span(), advice));
        }
    }

    fn declaration(&self, model: &syn::Path) -> TokenStream {
        let ty = &self.ty;
        if is_method_field(ty) {
            let method_name = self.options.iter().find(|option| option.name == "method_name");
            let method = method_name.and_then(|option| option.value.as_ref()).map_or_else(
                || Ident::new(&format!("get_{}", self.name), self.name.span()).into_token_stream(),
                quote::ToTokens::to_token_stream,
            );
            let start = quote_spanned! { self.name.span() =>
                ::belleville::serializers::fields::Declared::method::<#model, _>(Self::#method)
            };
            return with_options(start, self.options.iter().filter(|option| option.name != "method_name"));
        }
        let start = quote_spanned!(ty.span() => ::belleville::serializers::field::<#ty, _>());
        with_options(start, &self.options)
    }
}

fn is_method_field(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "SerializerMethodField"))
}

/// The field with its options: first those of its kind, which are methods of it, then those of every field.
fn with_options<'a>(start: TokenStream, options: impl IntoIterator<Item = &'a GivenOption>) -> TokenStream {
    let (common, own): (Vec<_>, Vec<_>) =
        options.into_iter().partition(|option| COMMON.iter().any(|known| option.name == known));
    let own = own.into_iter().map(|GivenOption { name, value }| match value {
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

fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// The name as the struct has it, at the user's own token: `r#type` for `type`.
fn as_field(name: &Ident) -> Ident {
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
        let (name, declaration) = (field.declared.name.to_string(), field.declaration());
        quote!((#name, #declaration))
    });
    let read = fields.iter().map(|field| {
        let (member, source) = (&field.member, field.source());
        quote!(#member: ::belleville::serializers::PlainValue::read(data.get(#source))?)
    });
    let show = fields.iter().map(|field| {
        let (member, source) = (&field.member, field.source());
        quote! {
            if let ::core::option::Option::Some(value) = ::belleville::serializers::PlainValue::show(&self.#member) {
                data.set(#source, value);
            }
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl ::belleville::serializers::PlainSerializer for #ident {
            const DECLARED_AT: &'static str = ::core::concat!(::core::file!(), ":", ::core::line!());

            fn class() -> &'static ::std::sync::Arc<::belleville::serializers::SerializerClass> {
                static CLASS: ::std::sync::OnceLock<::std::sync::Arc<::belleville::serializers::SerializerClass>> =
                    ::std::sync::OnceLock::new();
                CLASS.get_or_init(::belleville::serializers::SerializerClass::of_struct::<#ident>)
            }

            fn fields() -> ::std::vec::Vec<(&'static str, ::belleville::serializers::fields::Declared)> {
                ::std::vec![#(#declarations),*]
            }

            fn methods() -> ::belleville::serializers::Methods {
                #[allow(unused_imports, reason = "a serializer may have methods of its own")]
                use {::belleville::serializers::NoMethods as _};
                #ident::serializer_methods()
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
}

impl PlainField {
    fn of(field: &Field, mistakes: &mut Mistakes) -> Self {
        let mut declared = DeclaredField::of(field, mistakes);
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
        Self { member, declared, is_optional }
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
