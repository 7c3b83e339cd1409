//! The pages as a browser reads them: their tags, links and forms.

mod markup;
mod overrides;
mod pages;
mod structure;
