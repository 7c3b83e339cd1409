//! Nothing: the examples and the tests are what this crate is for.
