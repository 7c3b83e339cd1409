//! What a serializer says of its fields, as data: `OPTIONS`, forms and schemas read it.

use std::borrow::Cow;

use belleville_db::json::{Json, ObjectWriter};

use crate::nested::Limits;

/// What a kind of field says of itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shape {
    /// DRF's word for it in the answer to `OPTIONS`: `string`.
    pub kind: &'static str,
    /// The format of its values, in the words of OpenAPI: `date-time`.
    pub format: Option<&'static str>,
    /// The pattern that is found in its texts, as Python writes it.
    pub pattern: Option<&'static str>,
    /// The fewest characters or items.
    pub min_length: Option<u64>,
    /// The most characters or items.
    pub max_length: Option<u64>,
    /// The least value.
    pub min_value: Option<Json>,
    /// The greatest value.
    pub max_value: Option<Json>,
    /// How many digits a decimal has.
    pub max_digits: Option<u64>,
    /// How many of them stand behind the point.
    pub decimal_places: Option<u64>,
    /// The values that it may have, where these are few.
    pub choices: Option<Vec<Choice>>,
    /// How many of the choices a form shows.
    pub html_cutoff: HtmlCutoff,
    /// The field of what is inside.
    pub child: Option<Box<FieldShape>>,
    /// The fields of a nested serializer.
    pub children: Vec<(&'static str, FieldShape)>,
}

/// A value that a field may have, with what people read.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The value.
    pub value: Json,
    /// What people read: a text, or a value that they read as Python writes it.
    pub display_name: Json,
    /// The group that it stands in.
    pub group: Option<Cow<'static, str>>,
}

/// How many choices a form shows, and what stands there instead of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HtmlCutoff {
    /// The most choices; all of them when there is none.
    pub choices: Option<u64>,
    /// The text instead of the others, in which `{count}` stands for the most choices.
    pub text: Cow<'static, str>,
}

impl HtmlCutoff {
    const NONE: Self = Self { choices: None, text: Cow::Borrowed("More than {count} items...") };
}

impl Default for HtmlCutoff {
    fn default() -> Self {
        Self::NONE
    }
}

/// What a field says of itself: its kind, and how it was declared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FieldShape {
    /// What its kind says.
    pub shape: Shape,
    /// Input must have it, except in a PATCH.
    pub required: bool,
    /// It is in the output but not accepted as input.
    pub read_only: bool,
    /// It is accepted as input but not in the output.
    pub write_only: bool,
    /// `null` is one of its values.
    pub allow_null: bool,
    /// What people read; empty where a field stands inside of another.
    pub label: Cow<'static, str>,
    /// A hint for people who fill a form.
    pub help_text: Cow<'static, str>,
}

impl Shape {
    /// A kind of field without limits.
    pub const fn new(kind: &'static str) -> Self {
        Self {
            kind,
            format: None,
            pattern: None,
            min_length: None,
            max_length: None,
            min_value: None,
            max_value: None,
            max_digits: None,
            decimal_places: None,
            choices: None,
            html_cutoff: HtmlCutoff::NONE,
            child: None,
            children: Vec::new(),
        }
    }

    /// With a format, in the words of OpenAPI.
    #[must_use]
    pub const fn format(mut self, format: &'static str) -> Self {
        self.format = Some(format);
        self
    }
}

impl FieldShape {
    /// Of an item of a list.
    pub(crate) fn of_item(shape: Shape) -> Self {
        Self {
            shape,
            required: true,
            read_only: false,
            write_only: false,
            allow_null: false,
            label: "".into(),
            help_text: "".into(),
        }
    }

    /// Of a nested serializer: the same as a list of such. DRF's word for a list of serializers is that of any field.
    pub(crate) fn of_list(self, limits: &Limits) -> Self {
        let child = Self { label: "".into(), ..self.clone() };
        let shape = Shape {
            min_length: limits.min_length,
            max_length: limits.max_length,
            child: Some(Box::new(child)),
            ..Shape::new("field")
        };
        Self { shape, ..self }
    }

    /// Writes it as `OPTIONS` says it: DRF's `SimpleMetadata.get_field_info`.
    pub fn write(&self, facts: &mut ObjectWriter<'_>) {
        let shape = &self.shape;
        facts.key("type").text(shape.kind);
        facts.key("required").boolean(self.required);
        facts.key("read_only").boolean(self.read_only);
        write_text(facts, "label", &self.label);
        write_text(facts, "help_text", &self.help_text);
        write_number(facts, "min_length", shape.min_length);
        write_number(facts, "max_length", shape.max_length);
        write_json(facts, "min_value", shape.min_value.as_ref());
        write_json(facts, "max_value", shape.max_value.as_ref());
        write_number(facts, "max_digits", shape.max_digits);
        write_number(facts, "decimal_places", shape.decimal_places);
        if let Some(child) = &shape.child {
            facts.key("child").object(|facts| child.write(facts));
        } else if !shape.children.is_empty() {
            facts.key("children").object(|children| {
                for (name, child) in &shape.children {
                    children.key(name).object(|facts| child.write(facts));
                }
            });
        }
        if let Some(choices) = shape.choices.as_ref().filter(|_| !self.read_only) {
            facts.key("choices").list(|list| {
                choices.iter().for_each(|choice| list.item().object(|object| choice.write(object)));
            });
        }
    }
}

impl Choice {
    fn write(&self, object: &mut ObjectWriter<'_>) {
        object.key("value").json(&self.value);
        object.key("display_name").json(&self.display_name);
    }
}

fn write_text(facts: &mut ObjectWriter<'_>, key: &str, text: &str) {
    if !text.is_empty() {
        facts.key(key).text(text);
    }
}

fn write_number(facts: &mut ObjectWriter<'_>, key: &str, number: Option<u64>) {
    write_json(facts, key, number.map(|number| Json::from(number as i64)).as_ref());
}

fn write_json(facts: &mut ObjectWriter<'_>, key: &str, value: Option<&Json>) {
    if let Some(value) = value {
        facts.key(key).json(value);
    }
}
