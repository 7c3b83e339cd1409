//! The engines that keep the rows.

pub(crate) mod sqlite;
