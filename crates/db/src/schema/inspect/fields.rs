//! The fields of a model: their types, options and comments.

use std::collections::BTreeSet;

use super::expression::parse;
use super::facts::{ColumnFacts, ColumnKind, Counted};
use super::kinds::has_guessed_digits;
use super::models::{FieldNameOf, Model, Models, Reference, Target};
use super::rules::Rules;
use super::source::{Names, one_line, target_name};
use crate::{Dialect, Family, FieldKind};

/// A field as it is written.
pub(super) struct Field {
    pub(super) notes: Vec<String>,
    pub(super) options: Vec<String>,
    /// The name and the type; none of a column that is left out.
    pub(super) declared: Option<(String, String)>,
}

impl FieldNameOf<'_> {
    /// What the database computes, as `generated` takes it.
    pub(super) fn computed(&self, model: &Model<'_>) -> Option<String> {
        let (sql, _) = self.column.generated.as_ref()?;
        let field = |column: &str| model.field(column).map(|field| field.name.clone());
        // Both databases are read by the same rules; PostgreSQL's text has casts besides.
        parse(sql, Dialect::Postgres)?.computed(&field)
    }

    /// Why a column is no field.
    pub(super) fn why_left_out(&self, model: &Model<'_>) -> Option<String> {
        let column = self.column;
        let is_counted = column.counted == Counted::Always && column.name != model.key;
        let reason = match &column.generated {
            Some((sql, _)) if self.computed(model).is_none() => {
                format!("the database computes it, as {}", one_line(sql))
            }
            _ if column.kind.is_none() => {
                format!("no kind of field holds the values of the type `{}`", column.column_type)
            }
            _ if is_counted => "the database counts, and nobody writes it".to_owned(),
            _ => return None,
        };
        Some(format!("The column `{}` is left out: {reason}.", one_line(&column.name)))
    }
}

pub(super) fn fields(
    models: &Models<'_>,
    model: &Model<'_>,
    rules: &Rules,
    dialect: Dialect,
    reverse: &mut BTreeSet<(String, String)>,
    names: &mut Names,
) -> Vec<Field> {
    let mut writer = Writer { models, model, rules, dialect, reverse, names };
    let mut fields: Vec<Field> = model.field_names.iter().map(|field| writer.field(field)).collect();
    fields.extend(model.many.iter().map(|many| {
        let mut options = Vec::new();
        let mut notes = Vec::new();
        if many.target == writer.own() {
            options.push("symmetrical = false".to_owned());
            notes.push("The table does not tell whether the relation is symmetrical.".to_owned());
        }
        options.extend(writer.related_name(many.target, &many.name));
        let target = target_name(models, many.target, writer.names);
        writer.names.db("ManyToMany");
        Field { notes, options, declared: Some((many.name.clone(), format!("ManyToMany<{target}>"))) }
    }));
    fields
}

struct Writer<'a, 'b> {
    models: &'a Models<'b>,
    model: &'a Model<'b>,
    rules: &'a Rules,
    dialect: Dialect,
    /// The names of ways back that are taken, by the model that they lead from.
    reverse: &'a mut BTreeSet<(String, String)>,
    names: &'a mut Names,
}

impl Writer<'_, '_> {
    /// The model itself.
    fn own(&self) -> Target {
        let at = self.models.models.iter().position(|model| std::ptr::eq(model, self.model));
        Target::Written(at.unwrap_or_default())
    }

    fn field(&mut self, field: &FieldNameOf<'_>) -> Field {
        let column = field.column;
        let mut notes: Vec<String> = column.comment.iter().map(|comment| one_line(comment)).collect();
        notes.extend(field.notes.iter().map(|note| (*note).to_owned()));
        let (Some(kind), None) = (column.kind, field.why_left_out(self.model)) else {
            notes.extend(field.why_left_out(self.model));
            return Field { notes, options: Vec::new(), declared: None };
        };
        let computed = field.computed(self.model);
        let is_key = self.model.key == column.name;
        let mut options = Vec::new();
        if is_key {
            options.push("primary_key".to_owned());
            notes.extend(self.model.key_note.clone());
        }
        let (inner, plain_column) = match &field.reference {
            Some(reference) => {
                let ty = self.reference(field, reference, is_key, &mut options, &mut notes);
                (ty, format!("{}_id", field.name))
            }
            None => {
                let ty = self.plain(column, kind, is_key, &mut options, &mut notes);
                (ty, field.name.clone())
            }
        };
        if plain_column != column.name {
            options.push(format!("column = {:?}", column.name));
        }
        notes.extend(field.no_reference.clone());
        notes.extend(
            column.collation.as_ref().map(|collation| format!("The column has the collation {collation}.")),
        );
        match (&computed, &column.generated) {
            (Some(computed), Some((_, is_stored))) => {
                options.push(format!("generated = {computed}"));
                options.extend((!is_stored).then(|| "db_persist = false".to_owned()));
            }
            _ => self.default(column, kind, field.reference.is_some(), &mut options, &mut notes),
        }
        let is_null = column.null && !is_key;
        options.extend(is_null.then(|| "blank".to_owned()));
        let ty = if is_null { format!("Option<{inner}>") } else { inner };
        Field { notes, options, declared: Some((field.name.clone(), ty)) }
    }

    fn reference(
        &mut self,
        field: &FieldNameOf<'_>,
        reference: &Reference<'_>,
        is_key: bool,
        options: &mut Vec<String>,
        notes: &mut Vec<String>,
    ) -> String {
        let column = field.column;
        let is_unique = self.rules.unique.contains(&column.name);
        let is_the_key = is_key && self.model.facts.primary_key.len() < 2;
        if is_unique || is_the_key {
            options.push("one_to_one".to_owned());
        } else if !is_key && !self.rules.indexed.contains(&column.name) {
            options.push("index = false".to_owned());
        }
        let rule = match reference.key.on_delete.as_str() {
            "CASCADE" => "Cascade",
            "RESTRICT" => "Restrict",
            "SET NULL" if column.null => "SetNull",
            "NO ACTION" => "DoNothing",
            other => {
                notes.push(format!("The database says ON DELETE {other}."));
                "DoNothing"
            }
        };
        options.push(format!("on_delete = {rule}"));
        options.extend(self.related_name(reference.target, &field.name));
        self.names.db("ForeignKey");
        let target = target_name(self.models, reference.target, self.names);
        match &reference.to_column {
            None => format!("ForeignKey<{target}>"),
            Some(to) => {
                let name = match reference.target {
                    Target::Written(at) => self.models.models[at].field(to).map(|field| field.name.clone()),
                    Target::Known(at) => {
                        let fields = self.models.known[at].meta.fields;
                        fields.iter().find(|field| field.column == to).map(|field| field.name.to_owned())
                    }
                };
                let name = name.unwrap_or_default().to_uppercase();
                format!("ForeignKey<{target}, {{ {target}::{name}.field() }}>")
            }
        }
    }

    /// A name of the way back, where the usual one is taken.
    fn related_name(&mut self, target: Target, field: &str) -> Option<String> {
        let own = self.model.model_name();
        let (model, is_field) = match target {
            Target::Written(at) => {
                let model = &self.models.models[at];
                let is_field = model.field_names.iter().any(|field| field.name == own)
                    || model.many.iter().any(|many| many.name == own);
                (model.name.clone(), is_field)
            }
            Target::Known(at) => {
                let meta = self.models.known[at].meta;
                let is_field = meta.fields.iter().any(|field| field.name == own)
                    || meta.many.iter().any(|many| many.name == own);
                (self.models.known[at].path.to_owned(), is_field)
            }
        };
        let is_free = self.reverse.insert((model, own.clone())) && !is_field;
        (!is_free).then(|| format!("related_name = \"{own}_{field}_set\""))
    }

    /// The type of a field that is no foreign key, with the options that its kind needs.
    fn plain(
        &mut self,
        column: &ColumnFacts,
        kind: ColumnKind,
        is_key: bool,
        options: &mut Vec<String>,
        notes: &mut Vec<String>,
    ) -> String {
        let is_automatic = is_key && column.counted != Counted::No;
        let found = if is_automatic { self.models.automatic(self.model.facts, column) } else { kind.kind };
        if self.rules.unique.contains(&column.name) && !is_key {
            options.push("unique".to_owned());
        }
        if self.rules.indexed.contains(&column.name) && !is_key {
            options.push("index".to_owned());
        }
        let is_array = kind.dimensions > 0;
        let is_wide_number = kind.is_wide && !is_array && found.row().family == Family::Integer;
        let (mut ty, usual) = self.rust_type(found);
        let mut usual = usual;
        if is_wide_number && !matches!(found, FieldKind::BigAutoField | FieldKind::BigIntegerField) {
            (ty, usual) = ("i64".to_owned(), None);
            notes.push(format!("Some values do not fit into the usual type of {found}."));
        }
        // A whole number that is a key counts by itself, unless it says its kind.
        if usual != Some(found) || (is_key && !is_automatic && found.row().family == Family::Integer) {
            options.push(format!("kind = {found}"));
        }
        options.extend(sizes(found));
        if column.is_a_guess {
            notes.push("This field type is a guess.".to_owned());
        } else if has_guessed_digits(&column.column_type, found) {
            notes.push(
                "max_digits and decimal_places have been guessed, because the type of the column says none."
                    .to_owned(),
            );
        }
        if self.dialect == Dialect::Sqlite && column.column_type == "bigint" && !is_key {
            notes.push(
                "If these are lengths of time in microseconds (Django's DurationField), the type is `Duration`."
                    .to_owned(),
            );
        }
        if is_array && kind.is_wide {
            ty = format!("Option<{ty}>");
        }
        for _ in 0..kind.dimensions {
            ty = format!("Vec<{ty}>");
        }
        ty
    }

    /// The Rust type of a kind, and the kind that such a field has if it says none.
    fn rust_type(&mut self, kind: FieldKind) -> (String, Option<FieldKind>) {
        use FieldKind::*;
        let (name, is_usual) = match kind {
            BooleanField => ("bool", true),
            SmallIntegerField | SmallAutoField => ("i16", true),
            IntegerField | AutoField => ("i32", true),
            BigIntegerField | BigAutoField => ("i64", true),
            PositiveSmallIntegerField => ("u16", true),
            PositiveIntegerField => ("u32", true),
            PositiveBigIntegerField => ("i64", false),
            FloatField => ("f64", true),
            DecimalField { .. } => ("Decimal", true),
            CharField { max_length } => ("String", max_length.is_some()),
            DateField => ("Date", true),
            DateTimeField => ("DateTime", true),
            TimeField => ("Time", true),
            DurationField => ("Duration", true),
            UUIDField => ("Uuid", true),
            JSONField => ("Json", true),
            BinaryField { .. } => ("Vec<u8>", true),
            GenericIPAddressField => ("IpAddr", true),
            HStoreField => ("HStore", true),
            SearchVectorField => ("String", false),
            IntegerRangeField => ("Range<i32>", true),
            BigIntegerRangeField => ("Range<i64>", true),
            DecimalRangeField => ("Range<Decimal>", true),
            DateRangeField => ("Range<Date>", true),
            DateTimeRangeField => ("Range<DateTime>", true),
            _ => ("String", true),
        };
        for part in name.trim_end_matches('>').split('<') {
            match part {
                "Json" => self.names.path("belleville::db::json::Json"),
                "IpAddr" => self.names.path("std::net::IpAddr"),
                "Date" | "DateTime" | "Decimal" | "Duration" | "HStore" | "Range" | "Time" | "Uuid" => {
                    self.names.db(part)
                }
                _ => {}
            }
        }
        (name.to_owned(), is_usual.then_some(kind))
    }

    /// The column's own default: as an option where it is a plain value, and otherwise in a comment.
    fn default(
        &self,
        column: &ColumnFacts,
        kind: ColumnKind,
        is_relation: bool,
        options: &mut Vec<String>,
        notes: &mut Vec<String>,
    ) {
        if column.counted != Counted::No && column.name != self.model.key {
            notes.push("The database counts here, but a new row has to say a number.".to_owned());
        }
        let Some(sql) = column.default.as_ref().filter(|_| column.counted == Counted::No) else { return };
        if sql.trim().to_uppercase().starts_with("NULL") {
            return;
        }
        let literal = parse(sql, self.dialect).and_then(|expression| expression.literal());
        let family = kind.kind.row().family;
        let value = literal.filter(|_| kind.dimensions == 0 && !is_relation).and_then(|literal| {
            match (family, literal.as_str()) {
                (Family::Boolean, "0") => Some("false".to_owned()),
                (Family::Boolean, "1") => Some("true".to_owned()),
                (Family::Boolean, "true" | "false") => Some(literal),
                (Family::Integer, number) => number.parse::<i64>().is_ok().then_some(literal),
                (Family::Float, number) => number.parse::<f64>().ok().map(|number| format!("{number:?}")),
                (Family::Decimal, number) => {
                    number.parse::<i64>().ok().map(|number| format!("Decimal::from({number})"))
                }
                (Family::Text, text) if text.starts_with('"') => Some(format!("{text}.to_owned()")),
                _ => None,
            }
        });
        match value {
            Some(value) => options.push(format!("db_default = {value}")),
            None => notes.push(format!("The database's default is {}.", one_line(sql))),
        }
    }
}

/// `max_length = 20`, or the digits of a decimal.
fn sizes(kind: FieldKind) -> Vec<String> {
    match kind {
        FieldKind::CharField { max_length: Some(length) } => vec![format!("max_length = {length}")],
        FieldKind::DecimalField { max_digits, decimal_places } => {
            vec![format!("max_digits = {max_digits}"), format!("decimal_places = {decimal_places}")]
        }
        _ => Vec::new(),
    }
}
