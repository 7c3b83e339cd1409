//! The URL of a request with other parameters in its query.

use std::collections::BTreeMap;

use belleville_http::parsers::QueryDict;
use belleville_http::uri::quote_plus;

use crate::request::Request;

/// The URL of a request with these parameters, each once, in the place of those of their names: DRF's `replace_query_param`. All
/// parameters are sorted by their names.
pub fn replace_query_params(request: &Request, params: &[(&str, &str)]) -> String {
    let said = request.query_of_url();
    let mut query = lists(&said);
    for (name, value) in params {
        query.insert(name, vec![value]);
    }
    url(request, &query)
}

/// The URL of a request without a parameter, and with others in the place of those of their names: DRF's `remove_query_param`.
pub fn remove_query_param(request: &Request, name: &str, others: &[(&str, &str)]) -> String {
    let said = request.query_of_url();
    let mut query = lists(&said);
    for (name, value) in others {
        query.insert(name, vec![value]);
    }
    query.remove(name);
    url(request, &query)
}

type Query<'a> = BTreeMap<&'a str, Vec<&'a str>>;

fn lists(query: &QueryDict) -> Query<'_> {
    query.lists().map(|(name, values)| (name, values.iter().map(String::as_str).collect())).collect()
}

fn url(request: &Request, query: &Query<'_>) -> String {
    let mut url = request.build_absolute_uri(request.raw_path());
    let pairs = query.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    for (index, (name, value)) in pairs.enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        url.push_str(&quote_plus(name));
        url.push('=');
        url.push_str(&quote_plus(value));
    }
    url
}
