//! Mistakes that do not compile, and what the compiler says of them.

#[test]
fn mistakes_are_told_at_their_own_token() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
