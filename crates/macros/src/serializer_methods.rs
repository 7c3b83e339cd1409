//! `#[serializer_methods]`: what DRF's users override, from an implementation of the serializer.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, FnArg, ImplItem, ImplItemFn, ItemImpl, ReturnType, Type};

use crate::attr::Mistakes;

/// The implementation, and beside it the function that hands its methods to the serializer.
pub(crate) fn expand(options: TokenStream, implementation: TokenStream) -> syn::Result<TokenStream> {
    if !options.is_empty() {
        return Err(Error::new_spanned(options, "#[serializer_methods] takes no options"));
    }
    let implementation: ItemImpl = syn::parse2(implementation)?;
    if let Some((of, _)) = &implementation.trait_ {
        return Err(Error::new_spanned(
            of,
            "#[serializer_methods] stands above the methods of the serializer itself: impl BookSerializer { .. }",
        ));
    }
    let methods = implementation.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    let mut mistakes = Mistakes::default();
    let mut told = |mistake| {
        mistakes.add(mistake);
        None
    };
    let calls: Vec<_> = methods.filter_map(|function| call(function).unwrap_or_else(&mut told)).collect();
    mistakes.finish()?;
    let ty = &implementation.self_ty;
    Ok(quote! {
        #implementation

        impl #ty {
            #[doc(hidden)]
            pub fn serializer_methods() -> <#ty as ::belleville::serializers::SerializerMethods>::Methods {
                <<#ty as ::belleville::serializers::SerializerMethods>::Methods>::new() #(#calls)*
            }
        }
    })
}

/// How a method is handed on; nothing of one that is the program's own.
fn call(function: &ImplItemFn) -> syn::Result<Option<TokenStream>> {
    let name = function.sig.ident.to_string();
    let is_known =
        ["to_internal_value", "validate", "create", "update", "to_representation"].contains(&&*name);
    if (is_known || name.starts_with("validate_")) && matches!(function.sig.output, ReturnType::Default) {
        return Err(Error::new_spanned(&function.sig, expected(&name)));
    }
    let arguments = arguments(function)?;
    let has_context = arguments.last().is_some_and(|last| is_context(last));
    let own = arguments.len() - usize::from(has_context);
    let names: &[&str] = match (name.as_str(), own) {
        ("to_internal_value", 1) => return to_internal_value(function, has_context).map(Some),
        ("validate" | "create", 1) => &["data"],
        ("update", 2) => &["object", "data"],
        // Of a list, where there is no object.
        ("to_representation", 1) if !matches!(arguments[..], [Type::Reference(_), ..]) => &["data"],
        ("to_representation", 2) => &["object", "data"],
        _ if is_known => return Err(Error::new_spanned(&function.sig, expected(&name))),
        _ => match name.strip_prefix("validate_") {
            Some(field) => return validate_field(function, field).map(Some),
            None => return Ok(None),
        },
    };
    let ident = &function.sig.ident;
    let given = names.iter().map(|name| format_ident!("{name}"));
    let parameters = given.clone();
    let context = has_context.then(|| quote!(, context));
    let answer = answer(function, quote!(Self::#ident(#(#given),* #context)));
    Ok(Some(quote_spanned! { ident.span() =>
        .#ident(|#(#parameters,)* context| {
            let _ = context;
            ::std::boxed::Box::pin(async move { #answer })
        })
    }))
}

/// `to_internal_value(data: Dict) -> Result<Dict, E>`.
fn to_internal_value(function: &ImplItemFn, has_context: bool) -> syn::Result<TokenStream> {
    if let Some(token) = function.sig.asyncness {
        let text = "to_internal_value is not async: what asks the database belongs into `validate`";
        return Err(Error::new_spanned(token, text));
    }
    let ident = &function.sig.ident;
    let context = has_context.then(|| quote!(, context));
    let answer = answer(function, quote!(Self::#ident(data #context)));
    Ok(quote_spanned! { ident.span() =>
        .to_internal_value(|data, context| {
            let _ = context;
            #answer
        })
    })
}

/// Whether a parameter is the context.
fn is_context(parameter: &Type) -> bool {
    let Type::Reference(reference) = parameter else { return false };
    matches!(&*reference.elem, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Context"))
}

/// `validate_title(title: &str) -> Result<(), E>`, or with a value that is given back: `(title: String) -> Result<String, E>`.
fn validate_field(function: &ImplItemFn, field: &str) -> syn::Result<TokenStream> {
    let arguments = arguments(function)?;
    let (value, has_context) = match &*arguments {
        [value] => (*value, false),
        [value, _] => (*value, true),
        _ => return Err(Error::new_spanned(&function.sig, expected("validate_field"))),
    };
    let ident = &function.sig.ident;
    let context = has_context.then(|| quote!(, context));
    let (ty, is_borrowed) = match value {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => (quote!(::std::string::String), true),
            other => (quote!(#other), true),
        },
        other => (quote!(#other), false),
    };
    let borrow = is_borrowed.then(|| quote!(&));
    let answer = answer(function, quote!(Self::#ident(#borrow read #context)));
    let kept = if is_borrowed {
        quote! { #answer.map(|()| value) }
    } else {
        quote! { #answer.map(::belleville::serializers::Validated::from) }
    };
    Ok(quote_spanned! { ident.span() =>
        .validate_field(#field, |value, context| {
            let _ = context;
            ::std::boxed::Box::pin(async move {
                let read: #ty = match value.read() {
                    ::core::result::Result::Ok(read) => read,
                    // There is no value to be checked.
                    ::core::result::Result::Err(_) if value.is_null() => return ::core::result::Result::Ok(value),
                    ::core::result::Result::Err(error) => return ::core::result::Result::Err(error),
                };
                #kept
            })
        })
    })
}

/// The call, waited for where it is async, with the database's error.
fn answer(function: &ImplItemFn, call: TokenStream) -> TokenStream {
    let wait = function.sig.asyncness.map(|_| quote!(.await));
    quote_spanned!(function.sig.output.span() => (#call) #wait .map_err(::belleville::serializers::method_error))
}

/// The types of the parameters.
fn arguments(function: &ImplItemFn) -> syn::Result<Vec<&Type>> {
    function
        .sig
        .inputs
        .iter()
        .map(|argument| match argument {
            FnArg::Typed(argument) => Ok(&*argument.ty),
            FnArg::Receiver(this) => Err(Error::new_spanned(
                this,
                "a serializer's methods take no `self`: there is no object of the serializer",
            )),
        })
        .collect()
}

fn expected(name: &str) -> String {
    let signature = match name {
        "to_internal_value" => "fn to_internal_value(data: Dict, context: &Context<'_>) -> Result<Dict>",
        "validate" => "fn validate(data: &mut ValidatedData, context: &Context<'_>) -> Result<()>",
        "create" => "async fn create(data: ValidatedData, context: &Context<'_>) -> Result<Book>",
        "update" => {
            "async fn update(object: Book, data: ValidatedData, context: &Context<'_>) -> Result<Book>"
        }
        "to_representation" => {
            "fn to_representation(object: &Book, data: Dict, context: &Context<'_>) -> Result<Dict>"
        }
        _ => "fn validate_title(title: &str, context: &Context<'_>) -> Result<()>",
    };
    format!("write it as {signature}; the context may be left out, and `async` too")
}
