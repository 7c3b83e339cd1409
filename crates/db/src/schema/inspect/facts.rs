//! What a database says of a table.

use crate::FieldKind;

/// A table or a view that a database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
}

/// What can be read like a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// A table.
    Table,
    /// A view, materialised or not.
    View,
    /// A part of a partitioned table (PostgreSQL).
    Partition,
}

/// All that a database says of one table. Names of columns are as the database has them.
#[derive(Clone, Debug)]
pub struct TableFacts {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: TableKind,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
    /// The columns, in the order of the table.
    pub columns: Vec<ColumnFacts>,
    /// The columns of the primary key, in its order.
    pub primary_key: Vec<String>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKeyFacts>,
    /// What no two rows have in common, beside the primary key.
    pub uniques: Vec<IndexFacts>,
    /// The other indexes.
    pub indexes: Vec<IndexFacts>,
    /// The checks.
    pub checks: Vec<CheckFacts>,
    /// Constraints of other kinds, as the database writes them: the name and the definition.
    pub others: Vec<(String, String)>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct ColumnFacts {
    /// The name.
    pub name: String,
    /// The type as the database says it, in small letters. That of a domain is the one that it is made of.
    pub column_type: String,
    /// The kind of field; `None` where no field has such values.
    pub kind: Option<ColumnKind>,
    /// The kind was chosen without knowing the type.
    pub is_a_guess: bool,
    /// It may be NULL.
    pub null: bool,
    /// The default, as SQL.
    pub default: Option<String>,
    /// Whether the database counts.
    pub counted: Counted,
    /// What the database computes, as SQL, and whether it keeps it.
    pub generated: Option<(String, bool)>,
    /// Another collation than the usual one.
    pub collation: Option<String>,
    /// What `COMMENT ON` says of it.
    pub comment: Option<String>,
}

/// Whether the values of a column are counted by the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It does not count.
    No,
    /// A row that has no value gets the next number: a sequence, an identity, SQLite's `integer PRIMARY KEY`.
    Next,
    /// Every row gets the next number, and nobody writes it: PostgreSQL's `GENERATED ALWAYS AS IDENTITY`.
    Always,
}

/// The kind of field that a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnKind {
    /// The kind; of an array that of its values.
    pub kind: FieldKind,
    /// How deep an array is; none is 0.
    pub dimensions: usize,
    /// There are values that do not fit into the usual Rust type of the kind: whole numbers of more bits, or NULL in an
    /// array.
    pub is_wide: bool,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct ForeignKeyFacts {
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table that is referred to.
    pub to_table: String,
    /// Its columns. Empty where SQLite's says none: the primary key is meant.
    pub to_columns: Vec<String>,
    /// What `ON DELETE` says: `NO ACTION`, `RESTRICT`, `CASCADE`, `SET NULL` or `SET DEFAULT`.
    pub on_delete: String,
}

/// An index, or a unique constraint.
#[derive(Clone, Debug)]
pub struct IndexFacts {
    /// The name; `None` of what SQLite has named by itself.
    pub name: Option<String>,
    /// It is a constraint of the table, and not an index beside it.
    pub is_constraint: bool,
    /// How it finds rows: `btree`, `gin`, `gist` ...
    pub method: String,
    /// What it is of, in order.
    pub parts: Vec<IndexPart>,
    /// Columns that it holds besides.
    pub include: Vec<String>,
    /// The rows that it is of, as SQL; all where there is none.
    pub condition: Option<String>,
    /// Two NULLs are the same.
    pub nulls_not_distinct: bool,
}

/// One of the things that an index is of.
#[derive(Clone, Debug)]
pub struct IndexPart {
    /// The column; `None` of an expression.
    pub column: Option<String>,
    /// The column or the expression, as SQL.
    pub sql: String,
    /// It is in descending order.
    pub descending: bool,
    /// Another operator class than the usual one.
    pub operators: Option<String>,
}

/// A check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFacts {
    /// The name; `None` of one that SQLite has no name of.
    pub name: Option<String>,
    /// What it says, as SQL.
    pub sql: String,
}

impl TableFacts {
    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&ColumnFacts> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl IndexFacts {
    /// The columns, where it is of columns alone, in ascending order and with their usual operators.
    pub fn plain_columns(&self) -> Option<Vec<&str>> {
        self.parts
            .iter()
            .map(|part| part.column.as_deref().filter(|_| !part.descending && part.operators.is_none()))
            .collect()
    }

    /// The columns of an index of all rows that holds nothing else.
    pub fn whole_columns(&self) -> Option<Vec<&str>> {
        let is_whole = self.condition.is_none() && self.include.is_empty() && self.method == "btree";
        self.plain_columns().filter(|_| is_whole)
    }
}
