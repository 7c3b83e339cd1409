//! `#[action(..)]` on a method of a viewset.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, ImplItemFn, Meta, Token};

use crate::attr::{Mistakes, nearest};

/// The names of HTTP's methods.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

pub(super) fn is_action(attribute: &Attribute) -> bool {
    attribute.path().is_ident("action")
}

/// A method of a viewset, and how it is handed on.
pub(super) struct Declared {
    name: Ident,
    /// The action whose path it shares.
    mapping: Option<Ident>,
    call: TokenStream,
    policies: Vec<TokenStream>,
}

impl Declared {
    /// One of the usual actions, or a method of a view.
    pub(super) fn usual(name: Ident, call: TokenStream) -> Self {
        Self { name, mapping: None, call, policies: Vec::new() }
    }

    pub(super) fn read(
        attribute: &Attribute,
        method: &ImplItemFn,
        documentation: Option<String>,
    ) -> syn::Result<Self> {
        let options = match &attribute.meta {
            Meta::Path(_) => Vec::new(),
            _ => {
                let options = attribute.parse_args_with(Punctuated::<Entry, Token![,]>::parse_terminated)?;
                options.into_iter().collect()
            }
        };
        let mut read = Options::default();
        for option in options {
            read.take(option)?;
        }
        let name = method.sig.ident.clone();
        let text = name.to_string();
        let action = match (&read.mapping, &read.place) {
            (Some(_), Some(place)) => return Err(Error::new_spanned(place, ONE_PLACE)),
            (Some(_), None) => {
                let methods = read.methods.as_ref().ok_or_else(|| {
                    Error::new_spanned(&name, "say its methods: `mapping = publish, methods = [DELETE]`")
                })?;
                quote!(.mapping(#text, [#(::belleville::viewsets::Method::#methods),*], Self::#name))
            }
            (None, Some(place)) => {
                let add = Ident::new(&format!("{place}_action"), place.span());
                let get = [Ident::new("GET", name.span())];
                let methods = read.methods.as_deref().unwrap_or(&get);
                let description = documentation.map(|text| quote!(.description(#text)));
                quote! {
                    .#add(#text, [#(::belleville::viewsets::Method::#methods),*], Self::#name) #description
                }
            }
            (None, None) => return Err(Error::new_spanned(attribute, NO_PLACE)),
        };
        let own = &read.own;
        Ok(Self { name, mapping: read.mapping, call: quote!(#action #(#own)*), policies: read.policies })
    }
}

const NO_PLACE: &str =
    "say where the action is: #[action(detail)] on one object, or #[action(list)] on the list";
const ONE_PLACE: &str =
    "an action is either `detail` or `list`, or has the place of another one by `mapping`";

/// The calls, each of an action with those that share its path.
pub(super) fn joined(all: Vec<Declared>, mistakes: &mut Mistakes) -> Vec<TokenStream> {
    let (shared, mut own): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.mapping.is_some());
    let mut said = Vec::new();
    for Declared { name, mapping, call, policies } in shared {
        let Some(of) = mapping else { continue };
        match own.iter_mut().find(|known| known.name == of) {
            Some(known) => known.call.extend(call),
            None => mistakes.add(Error::new_spanned(&of, format!("there is no action `{of}` here"))),
        }
        if !policies.is_empty() {
            let name = name.to_string();
            said.push(quote!(.on(#name) #(#policies)*));
        }
    }
    let own = own.into_iter().map(|Declared { call, policies, .. }| quote!(#call #(#policies)*));
    own.chain(said).collect()
}

/// What an attribute says.
#[derive(Default)]
struct Options {
    /// `detail` or `list`.
    place: Option<Ident>,
    mapping: Option<Ident>,
    methods: Option<Vec<Ident>>,
    /// What an action can say, and a policy.
    own: Vec<TokenStream>,
    policies: Vec<TokenStream>,
    own_name: bool,
    seen: Vec<Ident>,
}

impl Options {
    fn take(&mut self, Entry { key, value }: Entry) -> syn::Result<()> {
        if self.seen.contains(&key) {
            return Err(Error::new_spanned(&key, format!("`{key}` is said twice")));
        }
        self.seen.push(key.clone());
        match (key.to_string().as_str(), value) {
            ("detail" | "list", None) if self.place.is_some() => {
                return Err(Error::new_spanned(key, ONE_PLACE));
            }
            ("detail" | "list", None) => self.place = Some(key),
            ("name" | "suffix", Some(_)) if self.own_name => {
                let text = "say the `name` of an action or its `suffix`, not both: users read one of them";
                return Err(Error::new_spanned(key, text));
            }
            ("mapping", Some(value)) => self.mapping = Some(syn::parse2(value)?),
            ("methods", Some(value)) => self.methods = Some(methods(value)?),
            ("url_path" | "url_name" | "name" | "suffix" | "description", Some(value)) => {
                self.own_name |= key == "name" || key == "suffix";
                self.own.push(quote!(.#key(#value)));
            }
            (_, value) => self.policies.push(quote!(.#key(#value))),
        }
        Ok(())
    }
}

/// `[GET, POST]`.
fn methods(value: TokenStream) -> syn::Result<Vec<Ident>> {
    let mut tokens = value.clone().into_iter();
    let list = match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Bracket => group.stream(),
        _ => return Err(Error::new_spanned(value, "write a list: methods = [GET, POST]")),
    };
    let names: Vec<Ident> =
        syn::parse::Parser::parse2(Punctuated::<Ident, Token![,]>::parse_terminated, list)?
            .into_iter()
            .collect();
    if names.is_empty() {
        return Err(Error::new_spanned(value, "an action answers at least one method: methods = [GET]"));
    }
    names.into_iter().map(method).collect()
}

/// The name of a method.
pub(crate) fn method(name: Ident) -> syn::Result<Ident> {
    let text = name.to_string();
    if METHODS.contains(&text.as_str()) {
        return Ok(name);
    }
    let near = nearest(&text, METHODS.into_iter());
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let text = format!("`{name}` is no method; known are {}{near}", METHODS.join(", "));
    Err(Error::new_spanned(name, text))
}

/// `key`, or `key = value`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Option<TokenStream>,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.parse()?;
        if !input.peek(Token![=]) {
            return Ok(Self { key, value: None });
        }
        input.parse::<Token![=]>()?;
        let mut value = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            value.extend([input.parse::<TokenTree>()?]);
        }
        if value.is_empty() {
            return Err(input.error(format!("`{key}` needs a value")));
        }
        Ok(Self { key, value: Some(value) })
    }
}
