//! Fields whose value a method of the serializer makes: DRF's `SerializerMethodField`.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use belleville_db::json::Json;
use belleville_db::{Columns, Error, Model, Needs, Result, Row, Value, ValueRef};

use crate::Context;
use crate::fields::{Declared, Field, Kind, ValidationError, cannot_show};
use crate::methods::BoxFuture;
use crate::value::Validated;

/// A field whose value is what the method `get_<name>` of the serializer says of the object: it takes the object, or the
/// object and the [`Context`], and may be async and return a `Result`. With `#[field(needs = [Book::TITLE, Book::PAGES])]` it takes
/// these values of the row instead, and no object is made.
#[derive(Debug)]
pub struct SerializerMethodField(());

/// The method of a field.
#[derive(Clone)]
pub(crate) enum Method {
    /// It is there at once.
    Now(Arc<Now>),
    /// It has to be waited for.
    Later(Arc<Later>),
}

/// A method that is given some values of a row instead of an object.
pub(crate) struct OfValues {
    pub(crate) needs: Needs,
    call: Box<CallOfValues>,
}

impl fmt::Debug for OfValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfValues").field("needs", &self.needs).finish_non_exhaustive()
    }
}

type CallOfValues = dyn Fn(&Needs, &dyn Row, &[usize], &Context<'_>) -> Result<Validated> + Send + Sync;

impl OfValues {
    /// What it says of a row that has the values at these positions.
    pub(crate) fn call(
        &self,
        row: &dyn Row,
        positions: &[usize],
        context: &Context<'_>,
    ) -> Result<Validated> {
        (self.call)(&self.needs, row, positions, context)
    }
}

/// An object of any type.
pub(crate) type AnyObject = dyn Any + Send + Sync;

type Now = dyn for<'a> Fn(&'a AnyObject, &'a Context<'a>) -> Result<Validated> + Send + Sync;

type Later = dyn for<'a> Fn(&'a AnyObject, &'a Context<'a>) -> BoxFuture<'a, Result<Validated>> + Send + Sync;

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Method(..)")
    }
}

impl Declared {
    /// The value that a method makes of the object.
    pub fn method<M: Any, Of>(method: impl IntoMethod<M, Of>) -> Self {
        Self::of(Kind::Method(method.into_method().0))
    }

    /// The value that a method makes of some values of the row, which are read instead of the object.
    pub fn method_of<M: Model, C: Columns<M>, Of>(needs: C, method: impl IntoValuesMethod<C::Row, Of>) -> Self
    where
        C::Row: 'static,
    {
        let method = method.into_values_method();
        Self::of(Kind::MethodOfValues(OfValues {
            needs: Needs::of(needs),
            call: Box::new(move |needs, row, positions, context| {
                (method.0)(needs.read::<C::Row>(row, positions)?, context)
            }),
        }))
    }
}

/// The methods that make the value of a field. The compiler finds `Kind`.
#[diagnostic::on_unimplemented(
    message = "this is no method of a `SerializerMethodField`",
    label = "write `fn get_x(object: &{M}) -> T` or `async fn get_x(object: &{M}, context: &Context<'_>) -> Result<T>`"
)]
pub trait IntoMethod<M, Kind> {
    #[doc(hidden)]
    fn into_method(self) -> ErasedMethod;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct ErasedMethod(Method);

/// What is shown of an object by a method, in its place.
#[derive(Debug)]
pub(crate) struct MethodValue;

impl Field for MethodValue {
    fn to_internal_value(&self, _: &Json) -> Result<Validated, ValidationError> {
        Err("This field is read-only.".into())
    }

    fn to_representation(&self, _: ValueRef<'_>, _: &mut Vec<u8>) -> Result<()> {
        Err(cannot_show())
    }
}

/// What a method may return: a value, or a `Result` of one.
pub trait MethodAnswer<Kind> {
    #[doc(hidden)]
    fn into_answer(self) -> Result<Validated>;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Infallible;

#[doc(hidden)]
#[derive(Debug)]
pub struct Fallible;

impl<T: Into<Validated>> MethodAnswer<Infallible> for T {
    fn into_answer(self) -> Result<Validated> {
        Ok(self.into())
    }
}

impl<T: Into<Validated>, E> MethodAnswer<Fallible> for Result<T, E>
where
    Error: From<E>,
{
    fn into_answer(self) -> Result<Validated> {
        Ok(self?.into())
    }
}

#[doc(hidden)]
#[derive(Debug)]
pub struct Count;

#[doc(hidden)]
#[derive(Debug)]
pub struct FallibleCount;

/// How many there are of something: what counting rows gives.
impl MethodAnswer<Count> for u64 {
    fn into_answer(self) -> Result<Validated> {
        Ok(Validated::Value(Value::Json(self.into())))
    }
}

impl<E> MethodAnswer<FallibleCount> for Result<u64, E>
where
    Error: From<E>,
{
    fn into_answer(self) -> Result<Validated> {
        self?.into_answer()
    }
}

#[doc(hidden)]
pub struct OfObject<R, K>(PhantomData<fn() -> (R, K)>);

#[doc(hidden)]
pub struct OfObjectAndContext<R, K>(PhantomData<fn() -> (R, K)>);

#[doc(hidden)]
pub struct Async<K>(PhantomData<fn() -> K>);

macro_rules! opaque_debug {
    ($($name:ident<$($generic:ident),*>)*) => {$(
        impl<$($generic),*> fmt::Debug for $name<$($generic),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )*};
}

opaque_debug! { OfObject<R, K> OfObjectAndContext<R, K> Async<K> }

/// The object, which is of the serializer's model.
pub(crate) fn object<M: Any>(object: &AnyObject) -> Result<&M> {
    object.downcast_ref().ok_or_else(|| Error::refused("a serializer was given an object of another model"))
}

impl<M, R, K, F> IntoMethod<M, OfObject<R, K>> for F
where
    M: Any,
    R: MethodAnswer<K>,
    F: Fn(&M) -> R + Send + Sync + 'static,
{
    fn into_method(self) -> ErasedMethod {
        ErasedMethod(Method::Now(Arc::new(move |any, _| self(object(any)?).into_answer())))
    }
}

impl<M, R, K, F> IntoMethod<M, OfObjectAndContext<R, K>> for F
where
    M: Any,
    R: MethodAnswer<K>,
    F: Fn(&M, &Context<'_>) -> R + Send + Sync + 'static,
{
    fn into_method(self) -> ErasedMethod {
        ErasedMethod(Method::Now(Arc::new(move |any, context| self(object(any)?, context).into_answer())))
    }
}

impl<M, K, F> IntoMethod<M, Async<K>> for F
where
    M: Any + Sync,
    K: 'static,
    F: for<'a> AsyncMethod<'a, M, K> + Send + Sync + 'static,
{
    fn into_method(self) -> ErasedMethod {
        let method = Arc::new(self);
        ErasedMethod(Method::Later(Arc::new(move |any, context| match object::<M>(any) {
            Ok(object) => method.answer(object, context),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        })))
    }
}

/// The methods that make the value of a field of some values of the row. The compiler finds `Kind`.
#[diagnostic::on_unimplemented(
    message = "this method does not take what the field needs: `{Row}`",
    label = "its parameters are of these types, in their order; a `&Context<'_>` may come last",
    note = "a method with `needs` is not async: one that waits takes the object"
)]
pub trait IntoValuesMethod<Row, Kind> {
    #[doc(hidden)]
    fn into_values_method(self) -> ErasedValuesMethod<Row>;
}

#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "a function has none")]
pub struct ErasedValuesMethod<Row>(Box<MethodOfValues<Row>>);

type MethodOfValues<Row> = dyn Fn(Row, &Context<'_>) -> Result<Validated> + Send + Sync;

macro_rules! methods_of_values {
    ($($value:ident)+) => {
        #[expect(non_snake_case, reason = "each value is called as its type")]
        impl<$($value,)+ R, K, F> IntoValuesMethod<($($value,)+), OfObject<R, K>> for F
        where
            R: MethodAnswer<K>,
            F: Fn($($value),+) -> R + Send + Sync + 'static,
        {
            fn into_values_method(self) -> ErasedValuesMethod<($($value,)+)> {
                ErasedValuesMethod(Box::new(move |($($value,)+), _| self($($value),+).into_answer()))
            }
        }

        #[expect(non_snake_case, reason = "each value is called as its type")]
        impl<$($value,)+ R, K, F> IntoValuesMethod<($($value,)+), OfObjectAndContext<R, K>> for F
        where
            R: MethodAnswer<K>,
            F: Fn($($value,)+ &Context<'_>) -> R + Send + Sync + 'static,
        {
            fn into_values_method(self) -> ErasedValuesMethod<($($value,)+)> {
                ErasedValuesMethod(Box::new(move |($($value,)+), context| self($($value,)+ context).into_answer()))
            }
        }
    };
}

methods_of_values!(A);
methods_of_values!(A B);
methods_of_values!(A B C);
methods_of_values!(A B C D);
methods_of_values!(A B C D E);
methods_of_values!(A B C D E G);

/// An async method of an object.
#[doc(hidden)]
pub trait AsyncMethod<'a, M, K> {
    #[doc(hidden)]
    fn answer(&self, object: &'a M, context: &'a Context<'a>) -> BoxFuture<'a, Result<Validated>>;
}

impl<'a, M, K, F, Pending> AsyncMethod<'a, M, K> for F
where
    M: 'a,
    F: Fn(&'a M, &'a Context<'a>) -> Pending,
    Pending: Future + Send + 'a,
    Pending::Output: MethodAnswer<K>,
{
    fn answer(&self, object: &'a M, context: &'a Context<'a>) -> BoxFuture<'a, Result<Validated>> {
        let pending = self(object, context);
        Box::pin(async move { pending.await.into_answer() })
    }
}
