//! What fields are given while they read input, and the questions for the database that they leave.

use belleville_db::{Database, Error, ErrorDetail, ModelMeta, Result, Rows, Value};

use crate::{Context, RelatedRows};

/// What fields are given while they read input. Reading asks the database nothing: a field leaves questions, all of which
/// are answered at once, and then reads again with the answers.
#[derive(Debug)]
pub struct Reading<'a> {
    context: &'a Context<'a>,
    is_partial: bool,
    /// The primary key of the object that is changed.
    object: Option<Value>,
    questions: Vec<Question>,
    /// The answers to the first questions of the field that reads now.
    known: Vec<Answer>,
    next: usize,
    failure: Option<Error>,
}

/// A question for the database.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Which row has a value.
    Row(RowQuestion),
    /// Whether a row other than that of `except` has a value.
    Taken { rule: UniqueRule, value: Value, except: Option<Value> },
}

/// Which row that input may name has a value.
#[derive(Clone, Debug)]
pub(crate) struct RowQuestion {
    /// The rows that it may name.
    pub(crate) rows: NamedRows,
    /// The value.
    pub(crate) value: Value,
}

/// The rows that input may name by the value of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedRows {
    /// The model.
    pub(crate) to: &'static ModelMeta,
    /// The rows of the model; all of them when there is none.
    pub(crate) queryset: Option<RelatedRows>,
    /// The position of the field.
    pub(crate) by: usize,
}

/// What the database said.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// The primary key of the row, where there is one.
    Row(Option<Value>),
    /// Whether there is one.
    Taken(bool),
}

/// A field whose values no two rows share: DRF's `UniqueValidator`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UniqueRule {
    /// The model, or the parent whose field it is.
    pub(crate) meta: &'static ModelMeta,
    /// The position of the field.
    pub(crate) field: usize,
}

impl UniqueRule {
    /// The message about a value that another row has.
    pub(crate) fn message(&self) -> ErrorDetail {
        let field = &self.meta.fields[self.field];
        let usual = || format!("{} with this {} already exists.", self.meta.verbose_name, field.verbose_name);
        let text = field.error_message("unique").map_or_else(usual, str::to_owned);
        ErrorDetail::new(text, "unique")
    }
}

impl<'a> Reading<'a> {
    pub(crate) fn new(context: &'a Context<'a>, is_partial: bool, object: Option<Value>) -> Self {
        Self { context, is_partial, object, questions: Vec::new(), known: Vec::new(), next: 0, failure: None }
    }

    /// The context of the request.
    pub fn context(&self) -> &'a Context<'a> {
        self.context
    }

    /// Fields that are left out stay unchanged.
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// An object is changed, rather than made.
    pub fn is_update(&self) -> bool {
        self.object.is_some()
    }

    /// Ends the validation with an error that is not the client's.
    pub(crate) fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// How many questions are open.
    pub(crate) fn open_questions(&self) -> usize {
        self.questions.len()
    }

    /// The answers for the field that reads next.
    pub(crate) fn begin(&mut self, known: Vec<Answer>) {
        (self.known, self.next) = (known, 0);
    }

    /// The answers that the field was given.
    pub(crate) fn end(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.known)
    }

    pub(crate) fn take_questions(&mut self) -> Vec<Question> {
        std::mem::take(&mut self.questions)
    }

    /// The primary key of the row that input names: of the answer, or a guess while there is none.
    pub(crate) fn row(&mut self, rows: NamedRows, value: &Value) -> Option<Value> {
        match self.answer(|| Question::Row(RowQuestion { rows, value: value.clone() })) {
            Some(Answer::Row(row)) => row,
            _ => Some(Value::Null),
        }
    }

    /// Whether another row has a value of a field that is unique.
    pub(crate) fn is_taken(&mut self, rule: &UniqueRule, value: &Value) -> bool {
        if value.is_null() {
            return false;
        }
        let except = self.object.clone();
        match self.answer(|| Question::Taken { rule: *rule, value: value.clone(), except }) {
            Some(Answer::Taken(is_taken)) => is_taken,
            _ => false,
        }
    }

    fn answer(&mut self, question: impl FnOnce() -> Question) -> Option<Answer> {
        if let Some(answer) = self.known.get(self.next) {
            self.next += 1;
            return Some(answer.clone());
        }
        self.questions.push(question());
        None
    }
}

/// The answers to questions, in their order.
///
/// # Errors
/// Any database error, and any error of a queryset that depends on the request.
pub(crate) async fn answers(questions: &[Question], context: &Context<'_>) -> Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        answers.push(answer(question, context).await?);
    }
    Ok(answers)
}

async fn answer(question: &Question, context: &Context<'_>) -> Result<Answer> {
    let db: &Database = context.db();
    match question {
        Question::Taken { rule, value, except } => {
            let is_taken =
                belleville_db::row_exists(db, rule.meta, rule.field, value, except.as_ref()).await?;
            Ok(Answer::Taken(is_taken))
        }
        Question::Row(RowQuestion { rows, value }) => {
            let pk = rows.to.pk_position();
            let found = match rows.queryset {
                Some(queryset) => rows_of(queryset, context)?.pk_of(db, rows.by, value).await?,
                None if rows.by == pk => {
                    let exists = belleville_db::row_exists(db, rows.to, pk, value, None).await?;
                    exists.then(|| value.clone())
                }
                None => Rows::all(rows.to).pk_of(db, rows.by, value).await?,
            };
            Ok(Answer::Row(found))
        }
    }
}

fn rows_of(queryset: RelatedRows, context: &Context<'_>) -> Result<Rows> {
    queryset(context)
}
