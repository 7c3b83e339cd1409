//! `#[viewset]`: the doc comment of an implementation as its constant `DOC`, and its actions.

pub(crate) mod action;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Error, Expr, ExprLit, Ident, ImplItem, ImplItemFn, ItemImpl, Lit, Meta, Path};

use crate::attr::Mistakes;

/// The usual actions of a viewset, with their variants of `Action`.
const USUAL: [(&str, &str); 6] = [
    ("list", "List"),
    ("create", "Create"),
    ("retrieve", "Retrieve"),
    ("update", "Update"),
    ("partial_update", "PartialUpdate"),
    ("destroy", "Destroy"),
];

/// The methods of a view, with their variants of `Method`.
const METHODS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("trace", "TRACE"),
];

/// The facade's name, where the program has renamed it.
pub(crate) fn facade(options: TokenStream) -> syn::Result<Option<Path>> {
    if options.is_empty() {
        return Ok(None);
    }
    let path = |input: ParseStream<'_>| {
        let crate_name: Ident = input.call(Ident::parse_any)?;
        if crate_name != crate::facade::OPTION {
            return Err(Error::new_spanned(crate_name, "#[viewset] takes no option but `crate = ..`"));
        }
        crate::facade::path(input)
    };
    path.parse2(options).map(Some)
}

/// The implementation with the constant in it, and with a function that hands on its actions, which are beside it.
pub(crate) fn expand(implementation: TokenStream) -> syn::Result<TokenStream> {
    let mut implementation: ItemImpl =
        syn::parse2(implementation.clone()).map_err(|error| told(&implementation, error))?;
    let Some(kind) = implementation.trait_.as_ref().and_then(|(path, _)| Kind::of(path)) else {
        return Err(Error::new_spanned(&implementation.self_ty, EXPECTED));
    };
    let mut mistakes = Mistakes::default();
    let mut actions = Vec::new();
    let (own, kept) =
        std::mem::take(&mut implementation.items).into_iter().partition(|item| kind.takes(item));
    implementation.items = kept;
    let mut methods: Vec<ImplItemFn> = Vec::new();
    for item in own {
        let ImplItem::Fn(mut method) = item else { continue };
        match kind.declare(&mut method) {
            Ok(action) => actions.push(action),
            Err(mistake) => mistakes.add(mistake),
        }
        methods.push(method);
    }
    let actions = action::joined(actions, &mut mistakes);
    let text = documentation(&implementation.attrs);
    if text.is_none() && actions.is_empty() && mistakes.is_empty() {
        mistakes.add(Error::new_spanned(
            &implementation.self_ty,
            "write a doc comment above #[viewset], which is the description, or actions in it",
        ));
    }
    mistakes.finish()?;
    if let Some(text) = text {
        implementation.items.push(ImplItem::Verbatim(quote!(const DOC: &'static str = #text;)));
    }
    if !actions.is_empty() {
        implementation.items.push(ImplItem::Verbatim(quote! {
            fn actions(config: &mut ::belleville::viewsets::Config<Self>) { #(config #actions;)* }
        }));
    }
    let (generics, _, bounds) = implementation.generics.split_for_impl();
    let ty = &implementation.self_ty;
    let own = (!methods.is_empty()).then(|| quote!(impl #generics #ty #bounds { #(#methods)* }));
    Ok(quote!(#implementation #own))
}

const EXPECTED: &str = "#[viewset] stands above an implementation: impl ModelViewSet for NoteViewSet { .. }, or of ViewSet or APIView";

/// What is said of code that is no implementation.
fn told(tokens: &TokenStream, error: Error) -> Error {
    let is_implementation = tokens.clone().into_iter().any(|token| token.to_string() == "impl");
    if is_implementation { error } else { Error::new_spanned(tokens, EXPECTED) }
}

/// The traits that `#[viewset]` knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    OfModel,
    Plain,
    View,
}

impl Kind {
    fn of(path: &Path) -> Option<Self> {
        match path.segments.last()?.ident.to_string().as_str() {
            "ModelViewSet" => Some(Self::OfModel),
            "ViewSet" => Some(Self::Plain),
            "APIView" => Some(Self::View),
            _ => None,
        }
    }

    /// The methods that are actions by their names, and are none of the trait.
    fn by_name(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::OfModel => &[],
            Self::Plain => &USUAL,
            Self::View => &METHODS,
        }
    }

    fn variant(self, name: &Ident) -> Option<Ident> {
        let (_, variant) = self.by_name().iter().find(|(known, _)| name == known)?;
        Some(Ident::new(variant, name.span()))
    }

    /// Whether an item is an action.
    fn takes(self, item: &ImplItem) -> bool {
        let ImplItem::Fn(method) = item else { return false };
        method.attrs.iter().any(action::is_action) || self.variant(&method.sig.ident).is_some()
    }

    /// What a method is. Its attribute is taken away.
    fn declare(self, method: &mut ImplItemFn) -> syn::Result<action::Declared> {
        let attribute = method.attrs.iter().position(action::is_action).map(|at| method.attrs.remove(at));
        let name = &method.sig.ident;
        let Some(attribute) = attribute else {
            let variant = self.variant(name);
            let call = match self {
                Self::View => quote!(.method(::belleville::viewsets::Method::#variant, Self::#name)),
                _ => quote!(.action(::belleville::viewsets::Action::#variant, Self::#name)),
            };
            return Ok(action::Declared::usual(name.clone(), call));
        };
        if self == Self::View {
            let text = "an APIView has no actions: its methods are get, post, put, patch and delete";
            return Err(Error::new_spanned(attribute, text));
        }
        action::Declared::read(&attribute, method, documentation(&method.attrs))
    }
}

/// The text of a doc comment, without the space that each line begins with.
pub(crate) fn documentation(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    let text = text.value();
    pair.path.is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> TokenStream {
        text.parse::<TokenStream>().expect(text)
    }

    #[test]
    fn the_doc_comment_is_the_constant() {
        for (text, expected) in [
            ("/// One.\nimpl ModelViewSet for B { type C = D; }", Ok("\"One.\"")),
            (
                "/// One\n///   two.\n///\n/// Three \"four\".\n#[rustfmt::skip]\nimpl belleville::ViewSet for B {}",
                Ok(r#""One\n  two.\n\nThree \"four\".""#),
            ),
            ("impl ViewSet for B {}", Err("write a doc comment")),
            ("#[allow(a)]\nimpl ViewSet for B {}", Err("write a doc comment")),
            ("/// One.\nimpl A for B {}", Err("stands above an implementation")),
            ("/// One.\nstruct B;", Err("stands above an implementation")),
            ("/// One.\nstruct B {}", Err("stands above an implementation")),
        ] {
            let outcome = expand(tokens(text));
            match expected {
                Ok(constant) => {
                    let expanded = outcome.expect(text).to_string();
                    assert!(
                        expanded.contains(&format!("const DOC : & 'static str = {constant} ;")),
                        "{expanded}"
                    );
                }
                Err(part) => assert!(outcome.expect_err(text).to_string().contains(part), "{text}"),
            }
        }
        assert!(facade(tokens("crate = api")).expect("an option").is_some());
        assert!(facade(tokens("name = 1")).is_err());
    }

    #[test]
    fn actions_are_handed_on_as_one_would_by_hand() {
        let written = |of: &str, items: &str| {
            let text = format!("impl {of} for B {{ {items} }}");
            let expanded = expand(tokens(&text));
            expanded.map(|expanded| expanded.to_string()).map_err(|error| error.to_string())
        };
        let own = "(& self , request : & Request) -> Result < Response > { }";
        for (of, items, call, method) in [
            (
                "ModelViewSet",
                "#[action(detail, methods = [GET, DELETE], url_path = \"x\", permission_classes = (A, B), atomic)] \
                 /// Text.\n async fn go(&self, request: &Request) -> Result<Response> {}",
                "config . detail_action (\"go\" , [:: belleville :: viewsets :: Method :: GET , \
                 :: belleville :: viewsets :: Method :: DELETE] , Self :: go) . description (\"Text.\") . url_path (\"x\") \
                 . permission_classes ((A , B)) . atomic () ;",
                format!("async fn go {own}"),
            ),
            (
                "ViewSet",
                "#[action(list)] fn go(&self, request: &Request) -> Result<Response> {}
                 #[action(mapping = go, methods = [POST])] fn went(&self, request: &Request) -> Result<Response> {}",
                "config . list_action (\"go\" , [:: belleville :: viewsets :: Method :: GET] , Self :: go) . mapping \
                 (\"went\" , [:: belleville :: viewsets :: Method :: POST] , Self :: went) ;",
                format!("fn went {own}"),
            ),
            (
                "ViewSet",
                "fn partial_update(&self, request: &Request) -> Result<Response> {}",
                "config . action (:: belleville :: viewsets :: Action :: PartialUpdate , Self :: partial_update) ;",
                format!("impl B {{ fn partial_update {own} }}"),
            ),
            (
                "APIView",
                "fn post(&self, request: &Request) -> Result<Response> {}",
                "config . method (:: belleville :: viewsets :: Method :: POST , Self :: post) ;",
                format!("impl B {{ fn post {own} }}"),
            ),
        ] {
            let expanded = written(of, items).expect(items);
            assert!(expanded.contains(call), "{expanded}");
            assert!(expanded.contains(&method), "{expanded}");
        }
        for (of, items, part) in [
            ("ViewSet", "#[action] fn go(&self) {}", "say where the action is"),
            ("ViewSet", "#[action(detail, list)] fn go(&self) {}", "either `detail` or `list`"),
            ("ViewSet", "#[action(detail, methods = [])] fn go(&self) {}", "at least one method"),
            ("ViewSet", "#[action(detail, methods = [GTE])] fn go(&self) {}", "did you mean `GET`"),
            ("ViewSet", "#[action(detail, methods = GET)] fn go(&self) {}", "methods = [GET, POST]"),
            ("ViewSet", "#[action(detail, url_path = \"a\", url_path = \"b\")] fn go(&self) {}", "twice"),
            ("ViewSet", "#[action(detail, name = \"A\", suffix = \"B\")] fn go(&self) {}", "not both"),
            ("ViewSet", "#[action(mapping = went, methods = [PUT])] fn go(&self) {}", "no action `went`"),
            ("ViewSet", "#[action(mapping = went)] fn go(&self) {}", "say its methods"),
            ("APIView", "#[action(detail)] fn go(&self) {}", "an APIView has no actions"),
        ] {
            let refused = written(of, items).expect_err(items);
            assert!(refused.contains(part), "{items}: {refused}");
        }
    }
}
