//! One class or several, where DRF has a list: `IsAuthenticated`, `[A, B]`, `vec![..]`, a tuple of different types,
//! or `()` for none.

/// Declares a trait for everything that can be converted to a list of one type.
#[doc(hidden)]
#[macro_export]
macro_rules! list_of {
    ($(#[$meta:meta])* $name:ident, $method:ident, $item:ty, $one:path) => {
        $(#[$meta])*
        pub trait $name {
            #[doc(hidden)]
            fn $method(self) -> Vec<$item>;
        }

        impl<T: $one> $name for T {
            fn $method(self) -> Vec<$item> {
                vec![<$item>::from(self)]
            }
        }

        impl $name for $item {
            fn $method(self) -> Vec<$item> {
                vec![self]
            }
        }

        impl<T: $name, const N: usize> $name for [T; N] {
            fn $method(self) -> Vec<$item> {
                self.into_iter().flat_map($name::$method).collect()
            }
        }

        impl<T: $name> $name for Vec<T> {
            fn $method(self) -> Vec<$item> {
                self.into_iter().flat_map($name::$method).collect()
            }
        }

        impl $name for () {
            fn $method(self) -> Vec<$item> {
                Vec::new()
            }
        }

        $crate::tuples! { $name, $method, $item: A B; A B C; A B C D; A B C D E; A B C D E F }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! tuples {
    ($name:ident, $method:ident, $item:ty: $($($part:ident)*);*) => {$(
        impl<$($part: $name),*> $name for ($($part,)*) {
            #[expect(non_snake_case, reason = "each part is called as its type")]
            fn $method(self) -> Vec<$item> {
                let ($($part,)*) = self;
                let mut all = Vec::new();
                $(all.extend($part.$method());)*
                all
            }
        }
    )*};
}
