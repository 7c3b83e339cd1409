//! Fields that several serializers have: a base class or a mixin in DRF.

use crate::fields::Declared;
use crate::methods::Methods;

/// Fields and methods that several serializers of models take. `#[derive(SerializerFields)]` implements it; a serializer takes
/// them by a field of the base's type with `#[field(flatten)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no fields for other serializers",
    label = "add #[derive(SerializerFields)] to the struct"
)]
pub trait SerializerFields: Send + Sync + 'static {
    /// The fields, in their order.
    fn fields() -> Vec<(&'static str, Declared)>;

    /// The methods.
    fn methods() -> Methods {
        Methods::new()
    }
}

/// The names of a base's fields but these. Called by derived code.
#[doc(hidden)]
pub fn base_names<B: SerializerFields>(left_out: &[&str]) -> Vec<&'static str> {
    B::fields().into_iter().map(|(name, _)| name).filter(|name| !left_out.contains(name)).collect()
}
