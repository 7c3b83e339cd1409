//! What fields are given while they read input, and the questions for the database that they leave.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use belleville_db::{ColumnPath, Error, ModelMeta, Result, Rows, Value, row_exists};

use crate::fields::of_column;
use crate::key::Key;
use crate::uniqueness::{Object, UniqueRule};
use crate::validation::Purpose;
use crate::{Context, RelatedRows};

/// What fields are given while they read input. Reading asks the database nothing: a field leaves questions, all of which
/// are answered at once, and then reads again with the answers.
#[derive(Debug)]
pub struct Reading<'a> {
    context: &'a Context<'a>,
    about: About,
    questions: Vec<Question>,
    /// The answers to the first questions of the field that reads now.
    known: Vec<Answer>,
    next: usize,
    failure: Option<Error>,
}

/// What the fields that read are about.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    /// The object that is changed.
    pub(crate) object: Option<Object>,
    /// Which object that is will only be known when it is saved: the database finds out whether a value is taken.
    pub(crate) is_unknown: bool,
    /// Fields that are left out stay unchanged.
    pub(crate) is_partial: bool,
}

impl About {
    /// What the fields of a serializer inside of this one are about, where nothing is known of their object.
    pub(crate) fn of_another(&self) -> Self {
        Self { object: None, is_unknown: false, is_partial: self.is_partial }
    }
}

/// A question for the database.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Which row has a value.
    Row(RowQuestion),
    /// Whether there are such rows.
    Found(Rows),
    /// Whether another row has a value that no two rows share.
    Taken(TakenQuestion),
}

/// Whether another row has a value that no two rows share.
#[derive(Clone, Debug)]
pub(crate) struct TakenQuestion {
    rule: Arc<UniqueRule>,
    value: Value,
    /// The key of the row that may have it.
    except: Option<Value>,
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
#[derive(Clone, Debug)]
pub(crate) struct NamedRows {
    /// The model.
    pub(crate) to: &'static ModelMeta,
    /// The rows of the model; all of them when there is none.
    pub(crate) queryset: Option<RelatedRows>,
    /// The column whose values name them.
    pub(crate) by: ColumnPath,
    /// The position of the field whose value is wanted: the one that the foreign key refers to.
    pub(crate) wanted: usize,
}

/// What the database said.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// What was wanted of the row.
    Row(Found),
    /// Whether there is one.
    Found(bool),
}

/// What there is of a row that input names.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// What was wanted of it.
    One(Value),
    /// There is none.
    None,
    /// There is more than one.
    Several,
}

impl Found {
    /// A queryset with joins may have the same row twice.
    fn add(&mut self, value: Value) {
        match self {
            Self::None => *self = Self::One(value),
            Self::One(known) if *known == value => {}
            Self::One(_) | Self::Several => *self = Self::Several,
        }
    }
}

impl<'a> Reading<'a> {
    pub(crate) fn new(context: &'a Context<'a>, purpose: Purpose) -> Self {
        let Purpose { object, is_partial } = purpose;
        let about = About { object, is_unknown: false, is_partial };
        Self { context, about, questions: Vec::new(), known: Vec::new(), next: 0, failure: None }
    }

    /// The context of the request.
    pub fn context(&self) -> &'a Context<'a> {
        self.context
    }

    /// Fields that are left out stay unchanged.
    pub fn is_partial(&self) -> bool {
        self.about.is_partial
    }

    /// An object is changed, rather than made.
    pub fn is_update(&self) -> bool {
        self.about.object.is_some() || self.about.is_unknown
    }

    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    /// Sets what the next fields are about, and gives back what it was before.
    pub(crate) fn set_about(&mut self, about: About) -> About {
        std::mem::replace(&mut self.about, about)
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

    /// What is wanted of the row that input names: of the answer, or a guess while there is none.
    pub(crate) fn row(&mut self, rows: &NamedRows, value: &Value) -> Found {
        match self.answer(|| Question::Row(RowQuestion { rows: rows.clone(), value: value.clone() })) {
            Some(Answer::Row(found)) => found,
            _ => Found::One(Value::Null),
        }
    }

    /// Whether another row has a value of a field that is unique.
    pub(crate) fn is_taken(&mut self, rule: &Arc<UniqueRule>, value: &Value) -> bool {
        if value.is_null() || self.about.is_unknown {
            return false;
        }
        let except = self.about.object.as_ref().map(|object| object.pk.clone());
        let question = || TakenQuestion { rule: Arc::clone(rule), value: value.clone(), except };
        match self.answer(|| Question::Taken(question())) {
            Some(Answer::Found(is_found)) => is_found,
            _ => false,
        }
    }

    /// Asks whether there are such rows, without waiting.
    pub(crate) fn ask(&mut self, rows: Rows) {
        self.questions.push(Question::Found(rows));
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

/// The answers to questions, in their order: one statement for each relation, one for each field whose values no two rows share,
/// and one for all the other rows that must not be there, however many are asked about.
///
/// # Errors
/// Any database error, and any error of a queryset that depends on the request.
pub(crate) async fn answers(questions: &[Question], context: &Context<'_>) -> Result<Vec<Answer>> {
    if let [question] = questions {
        return Ok(vec![question.answer(context).await?]);
    }
    let mut answers: Vec<Option<Answer>> = vec![None; questions.len()];
    for alike in Alike::of(questions) {
        let asked: Vec<&Question> = alike.0.iter().map(|at| &questions[*at]).collect();
        for (at, answer) in alike.0.iter().zip(answer_all(&asked, context).await?) {
            answers[*at] = Some(answer);
        }
    }
    Ok(answers.into_iter().flatten().collect())
}

/// The positions of questions that one statement can answer.
struct Alike(Vec<usize>);

impl Alike {
    fn of(questions: &[Question]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (at, question) in questions.iter().enumerate() {
            let known = all.iter_mut().find(|known| questions[known.0[0]].is_like(question));
            match known {
                Some(known) => known.0.push(at),
                None => all.push(Self(vec![at])),
            }
        }
        // What is asked once about a field needs no statement of its own.
        let is_alone =
            |known: &mut Self| matches!(&*known.0, [at] if matches!(questions[*at], Question::Taken(_)));
        let alone: Vec<usize> = all.extract_if(.., is_alone).flat_map(|known| known.0).collect();
        let is_found = |known: &&mut Self| matches!(questions[known.0[0]], Question::Found(_));
        match all.iter_mut().find(is_found) {
            Some(found) => found.0.extend(alone),
            None if alone.is_empty() => {}
            None => all.push(Self(alone)),
        }
        all
    }
}

impl Question {
    /// Whether one statement can answer both.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Row(one), Self::Row(two)) => one.rows.are(&two.rows),
            (Self::Taken(one), two) if one.is_of_many() => one.is_like(two),
            (Self::Row(_), _) | (_, Self::Row(_)) => false,
            (one, two) => !one.is_of_many() && !two.is_of_many(),
        }
    }

    fn is_of_many(&self) -> bool {
        matches!(self, Self::Taken(question) if question.is_of_many())
    }

    async fn answer(&self, context: &Context<'_>) -> Result<Answer> {
        let db = context.db();
        match self {
            Self::Found(rows) => rows.exists(db).await.map(Answer::Found),
            Self::Taken(question) => match question.rows(context)? {
                Some(rows) => rows.exists(db).await.map(Answer::Found),
                None => Ok(Answer::Found(false)),
            },
            Self::Row(RowQuestion { rows, value }) if rows.queryset.is_none() && rows.are_by_wanted() => {
                let exists = row_exists(db, rows.to, rows.wanted, value, None).await?;
                Ok(Answer::Row(if exists { Found::One(value.clone()) } else { Found::None }))
            }
            Self::Row(RowQuestion { rows, value }) => {
                let mut found = Found::None;
                for wanted in rows.of(context)?.find(db, rows.by, value, rows.wanted()).await? {
                    found.add(rows.kept(value, &wanted)?);
                }
                Ok(Answer::Row(found))
            }
        }
    }
}

impl TakenQuestion {
    /// Whether the other one is about the same field, so that both can be asked as one of many.
    fn is_like(&self, other: &Question) -> bool {
        let is_like = |other: &Self| other.is_of_many() && Arc::ptr_eq(&self.rule, &other.rule);
        self.is_of_many() && matches!(other, Question::Taken(other) if is_like(other))
    }

    /// Whether it can be asked together with others about the same field.
    fn is_of_many(&self) -> bool {
        self.except.is_none() && self.rule.compares_exactly()
    }

    fn rows(&self, context: &Context<'_>) -> Result<Option<Rows>> {
        self.rule.rows(&self.value, self.except.as_ref(), context)
    }
}

impl NamedRows {
    /// Whether they are the same rows, named in the same way.
    fn are(&self, other: &Self) -> bool {
        let same_rows = match (&self.queryset, &other.queryset) {
            (None, None) => true,
            (Some(one), Some(two)) => one.is(two),
            _ => false,
        };
        same_rows && std::ptr::eq(self.to, other.to) && (self.by, self.wanted) == (other.by, other.wanted)
    }

    /// The column whose value is wanted.
    pub(crate) fn wanted(&self) -> ColumnPath {
        ColumnPath::field(self.wanted)
    }

    /// Whether what names them is what is wanted.
    pub(crate) fn are_by_wanted(&self) -> bool {
        self.by == self.wanted()
    }

    /// What is kept of a row. Of its own name that is what input says: the database may take two spellings for the same.
    fn kept(&self, value: &Value, found: &Value) -> Result<Value> {
        match self.are_by_wanted() {
            true => Ok(value.clone()),
            false => of_column(&self.to.fields[self.wanted], found.as_ref()),
        }
    }

    fn of(&self, context: &Context<'_>) -> Result<Rows> {
        self.queryset.as_ref().map_or_else(|| Ok(Rows::all(self.to)), |queryset| queryset.of(context))
    }
}

/// The answers to questions that are alike.
async fn answer_all(questions: &[&Question], context: &Context<'_>) -> Result<Vec<Answer>> {
    match questions {
        [question] => Ok(vec![question.answer(context).await?]),
        [Question::Row(_), ..] => {
            let named = questions.iter().filter_map(|question| match question {
                Question::Row(question) => Some(question),
                _ => None,
            });
            rows_of_all(&named.collect::<Vec<_>>(), context).await
        }
        [Question::Taken(first), second, ..] if first.is_like(second) => {
            taken_of_all(first, questions, context).await
        }
        _ => found_of_all(questions, context).await,
    }
}

/// Which of the values are taken that no two rows share.
async fn taken_of_all(
    first: &TakenQuestion,
    questions: &[&Question],
    context: &Context<'_>,
) -> Result<Vec<Answer>> {
    let values = || {
        questions.iter().filter_map(|question| match question {
            Question::Taken(question) => Some(&question.value),
            _ => None,
        })
    };
    let asked: Vec<Value> = values().cloned().collect();
    let taken = first.rule.taken(&asked, context).await?;
    Ok(values().map(|value| Answer::Found(taken.contains(&Key::of(value)))).collect())
}

/// Whether there are the rows that are asked for.
async fn found_of_all(questions: &[&Question], context: &Context<'_>) -> Result<Vec<Answer>> {
    let mut asked: Vec<Option<Cow<'_, Rows>>> = Vec::with_capacity(questions.len());
    for question in questions {
        asked.push(match question {
            Question::Found(rows) => Some(Cow::Borrowed(rows)),
            Question::Taken(question) => question.rows(context)?.map(Cow::Owned),
            Question::Row(_) => None,
        });
    }
    let rows: Vec<&Rows> = asked.iter().flatten().map(|rows| &**rows).collect();
    let mut found = Rows::exist(context.db(), &rows).await?.into_iter();
    // A value that no row can have was not asked about.
    let answer = |rows: &Option<Cow<'_, Rows>>| Answer::Found(rows.is_some() && found.next() == Some(true));
    Ok(asked.iter().map(answer).collect())
}

async fn rows_of_all(questions: &[&RowQuestion], context: &Context<'_>) -> Result<Vec<Answer>> {
    let mut values = Vec::new();
    let mut seen = HashSet::new();
    for question in questions {
        if seen.insert(Key::of(&question.value)) {
            values.push(question.value.clone());
        }
    }
    let Some(RowQuestion { rows, .. }) = questions.first() else { return Ok(Vec::new()) };
    let mut found: HashMap<Key, Found> = HashMap::with_capacity(values.len());
    for (value, wanted) in rows.of(context)?.find_all(context.db(), rows.by, &values, rows.wanted()).await? {
        found.entry(Key::of(&value)).or_insert(Found::None).add(wanted);
    }
    let answer = |question: &&RowQuestion| {
        Ok(Answer::Row(match found.get(&Key::of(&question.value)) {
            Some(Found::One(wanted)) => Found::One(rows.kept(&question.value, wanted)?),
            Some(Found::Several) => Found::Several,
            Some(Found::None) | None => Found::None,
        }))
    };
    questions.iter().map(answer).collect()
}
