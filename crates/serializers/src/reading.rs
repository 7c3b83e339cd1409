//! What fields are given while they read input, and the questions for the database that they leave.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use belleville_db::{ColumnPath, Error, ModelMeta, Result, Rows, Value};

use crate::belonging::{BelongingQuestion, rows_that_belong};
use crate::fields::of_column;
use crate::key::{Key, Mixing};
use crate::uniqueness::{Object, UniqueRule};
use crate::validation::Purpose;
use crate::{Context, RelatedRows};

/// What fields are given while they read input. Reading asks the database nothing: a field leaves questions, all of which
/// are answered at once. What it has read meanwhile is right if no answer refuses it; otherwise it reads again with the answers.
#[derive(Debug)]
pub struct Reading<'a> {
    context: &'a Context<'a>,
    about: About,
    questions: Questions,
    /// The answers to the first questions of the field that reads now.
    known: Vec<Answer>,
    next: usize,
    /// What the field reads now depends on what an answer says.
    is_guess: bool,
    failure: Option<Error>,
}

/// What the fields that read are about.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    /// The object that is changed.
    pub(crate) object: Option<Arc<Object>>,
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
    /// The object that is meant, as far as validators look at it.
    Object(Option<Arc<Object>>),
}

/// The questions for the database, in groups of those that one statement answers.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    /// Where each of them is, in the order in which they were asked.
    places: Vec<QuestionPlace>,
    groups: Vec<Group>,
}

/// Where a question is, and its answer.
#[derive(Clone, Copy, Debug)]
struct QuestionPlace {
    group: usize,
    at: usize,
}

/// Questions that one statement answers.
#[derive(Debug)]
enum Group {
    /// Which row has each of several values.
    Named(NamedValues),
    /// Whether another row has one of the values that no two rows share.
    Taken(Arc<UniqueRule>, Vec<Compared>),
    /// Whether there are such rows. There are none where a value is one that no row can have.
    Found(Vec<Option<Rows>>),
    /// Which rows that belong to objects are meant.
    Belonging(Vec<BelongingQuestion>),
}

/// A value that is compared with those of rows.
#[derive(Debug)]
pub(crate) enum Compared {
    /// A copy.
    Copy(Box<Value>),
    /// That of an input that is right as it stands.
    At(Place),
}

/// Where a value of an input stands that is right as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The position of the input.
    pub(crate) input: usize,
    /// The position of the value in it.
    pub(crate) value: usize,
}

/// How many values that name rows are few: of each it is asked by itself whether there is such a row, in one statement with all
/// the other questions.
const FEW: usize = 4;

/// Values that name rows, each of them once.
#[derive(Debug)]
struct NamedValues {
    rows: NamedRows,
    /// Where the rows of the field stand that asked first.
    asked_at: usize,
    values: Vec<Value>,
    /// Whole numbers, which most keys are, apart from other values.
    numbers: HashMap<i64, usize, Mixing>,
    others: HashMap<Key, usize>,
}

/// The answers to questions.
#[derive(Debug)]
pub(crate) struct Answers {
    places: Vec<QuestionPlace>,
    groups: Vec<Told>,
}

/// The answers to the questions of a group.
#[derive(Debug)]
enum Told {
    Rows(Vec<Found>),
    Found(Vec<bool>),
    Objects(Vec<Option<Arc<Object>>>),
    /// There is none of the rows.
    Nothing,
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
        let about = About { object: object.map(Arc::new), is_unknown: false, is_partial };
        let questions = Questions::default();
        Self { context, about, questions, known: Vec::new(), next: 0, is_guess: false, failure: None }
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
        self.questions.places.len()
    }

    /// Makes room for so many more questions.
    pub(crate) fn reserve_questions(&mut self, count: usize) {
        self.questions.places.reserve(count);
    }

    /// The answers for the field that reads next.
    pub(crate) fn begin(&mut self, known: Vec<Answer>) {
        if !known.is_empty() {
            self.known = known;
        }
        (self.next, self.is_guess) = (0, false);
    }

    /// The answers that the field was given.
    pub(crate) fn end(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.known)
    }

    /// What the field reads now depends on what an answer says.
    pub(crate) fn guess(&mut self) {
        self.is_guess = true;
    }

    pub(crate) fn is_guess(&self) -> bool {
        self.is_guess
    }

    pub(crate) fn take_questions(&mut self) -> Questions {
        std::mem::take(&mut self.questions)
    }

    /// What is wanted of the row that input names: of the answer, or a guess while there is none.
    pub(crate) fn row(&mut self, rows: &NamedRows, value: Value) -> Found {
        if let Some(Answer::Row(found)) = self.answer() {
            return found;
        }
        let kept = rows.are_by_wanted().then(|| value.clone());
        self.questions.ask_named(rows, value);
        match kept {
            Some(kept) => Found::One(kept),
            None => {
                self.guess();
                Found::One(Value::Null)
            }
        }
    }

    /// Whether another row has a value of a field that is unique; that none has, while there is no answer.
    pub(crate) fn is_taken(&mut self, rule: &Arc<UniqueRule>, value: &Value) -> bool {
        if value.is_null() || self.about.is_unknown {
            return false;
        }
        if let Some(Answer::Found(is_found)) = self.answer() {
            return is_found;
        }
        let about = self.about.clone();
        self.ask_whether_taken(rule, value, &about, || Compared::Copy(Box::new(value.clone())));
        false
    }

    /// Asks for the row that a number names, which is what is wanted of it.
    pub(crate) fn ask_for_number(&mut self, rows: &NamedRows, number: i64) {
        self.questions.ask_named(rows, Value::Int(number));
    }

    /// Asks whether another row than the one that it is about has a value of a field that is unique.
    pub(crate) fn ask_whether_taken(
        &mut self,
        rule: &Arc<UniqueRule>,
        value: &Value,
        about: &About,
        compared: impl FnOnce() -> Compared,
    ) {
        match &about.object {
            None if rule.compares_exactly => self.questions.ask_taken(rule, compared()),
            object => match rule.rows(value, object.as_ref().map(|object| &object.pk), self.context) {
                Ok(rows) => self.questions.ask_found(rows),
                Err(error) => self.fail(error),
            },
        }
    }

    /// Asks whether there are such rows.
    pub(crate) fn ask(&mut self, rows: Rows) {
        self.questions.ask_found(Some(rows));
    }

    /// Asks which row that belongs to an object is meant.
    pub(crate) fn ask_for(&mut self, question: BelongingQuestion) {
        self.questions.ask_for(question);
    }

    /// The answer to the next question, where there is one.
    fn answer(&mut self) -> Option<Answer> {
        let answer = self.known.get(self.next)?.clone();
        self.next += 1;
        Some(answer)
    }
}

impl Questions {
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    fn ask_named(&mut self, rows: &NamedRows, value: Value) {
        let asked_at = std::ptr::from_ref(rows).addr();
        let is_it = |group: &Group| match group {
            Group::Named(named) => named.asked_at == asked_at || named.rows.are(rows),
            _ => false,
        };
        let group = self.group(is_it, || Group::Named(NamedValues::of(rows)));
        let Group::Named(named) = &mut self.groups[group] else { return };
        let at = named.place(value);
        self.places.push(QuestionPlace { group, at });
    }

    fn ask_taken(&mut self, rule: &Arc<UniqueRule>, value: Compared) {
        let is_it = |group: &Group| matches!(group, Group::Taken(known, _) if Arc::ptr_eq(known, rule));
        let group = self.group(is_it, || Group::Taken(Arc::clone(rule), Vec::new()));
        let Group::Taken(_, values) = &mut self.groups[group] else { return };
        values.push(value);
        self.places.push(QuestionPlace { group, at: values.len() - 1 });
    }

    fn ask_found(&mut self, rows: Option<Rows>) {
        let group = self.group(|group| matches!(group, Group::Found(_)), || Group::Found(Vec::new()));
        let Group::Found(asked) = &mut self.groups[group] else { return };
        asked.push(rows);
        self.places.push(QuestionPlace { group, at: asked.len() - 1 });
    }

    fn ask_for(&mut self, question: BelongingQuestion) {
        let is_like =
            |asked: &[BelongingQuestion]| asked.first().is_some_and(|first| first.is_like(&question));
        let is_it = |group: &Group| matches!(group, Group::Belonging(asked) if is_like(asked));
        let group = self.group(is_it, || Group::Belonging(Vec::new()));
        let Group::Belonging(asked) = &mut self.groups[group] else { return };
        asked.push(question);
        self.places.push(QuestionPlace { group, at: asked.len() - 1 });
    }

    /// The position of a group, which is made where there is none.
    fn group(&mut self, is_it: impl Fn(&Group) -> bool, new: impl FnOnce() -> Group) -> usize {
        self.groups.iter().position(is_it).unwrap_or_else(|| {
            self.groups.push(new());
            self.groups.len() - 1
        })
    }

    /// The answers: one statement for each relation of which many rows are named, one for each field whose values no two rows share,
    /// and one for all the other rows that must be there or must not, however many are asked about. `value_at` has the values of
    /// inputs that are right as they stand.
    ///
    /// # Errors
    /// Any database error, and any error of a queryset that depends on the request.
    pub(crate) async fn answers<'v>(
        self,
        value_at: impl Fn(Place) -> Option<&'v Value>,
        context: &Context<'_>,
    ) -> Result<Answers> {
        let Self { places, groups } = self;
        let mut told: Vec<Told> = Vec::with_capacity(groups.len());
        // What is asked once about a field needs no statement of its own.
        let mut others = Vec::new();
        for (position, group) in groups.into_iter().enumerate() {
            told.push(match group {
                Group::Named(named) if named.are_few() => {
                    let rows = named.each_alone(context)?;
                    others.extend(
                        rows.into_iter()
                            .enumerate()
                            .map(|(at, rows)| (QuestionPlace { group: position, at }, Some(rows))),
                    );
                    Told::Rows(named.values.into_iter().map(Found::One).collect())
                }
                Group::Named(named) => Told::Rows(named.found(context).await?),
                Group::Taken(rule, compared) => {
                    let value = |compared| match compared {
                        &Compared::At(place) => value_at(place).unwrap_or(&Value::Null),
                        Compared::Copy(value) => value,
                    };
                    let values: Vec<&Value> = compared.iter().map(value).collect();
                    match &*values {
                        [value] => {
                            let place = QuestionPlace { group: position, at: 0 };
                            others.push((place, rule.rows(value, None, context)?));
                            Told::Found(vec![false])
                        }
                        values => rule.taken(values, context).await?.map_or(Told::Nothing, Told::Found),
                    }
                }
                Group::Belonging(asked) => Told::Objects(rows_that_belong(&asked, context.db()).await?),
                Group::Found(asked) => {
                    let told = vec![false; asked.len()];
                    let place = |(at, rows)| (QuestionPlace { group: position, at }, rows);
                    others.extend(asked.into_iter().enumerate().map(place));
                    Told::Found(told)
                }
            });
        }
        tell_of(&others, &mut told, context).await?;
        Ok(Answers { places, groups: told })
    }
}

/// Adds to the answers of each group whether there are the rows that it asks for.
async fn tell_of(
    asked: &[(QuestionPlace, Option<Rows>)],
    told: &mut [Told],
    context: &Context<'_>,
) -> Result<()> {
    let rows: Vec<&Rows> = asked.iter().filter_map(|(_, rows)| rows.as_ref()).collect();
    let found = match &*rows {
        [] => Vec::new(),
        [rows] => vec![rows.exists(context.db()).await?],
        rows => Rows::exist(context.db(), rows).await?,
    };
    let mut found = found.into_iter();
    for (QuestionPlace { group, at }, rows) in asked {
        // A value that no row can have was not asked about.
        let is_found = rows.is_some() && found.next() == Some(true);
        match &mut told[*group] {
            Told::Found(told) => told[*at] = is_found,
            Told::Rows(told) if !is_found => told[*at] = Found::None,
            Told::Rows(_) | Told::Objects(_) | Told::Nothing => {}
        }
    }
    Ok(())
}

impl NamedValues {
    fn of(rows: &NamedRows) -> Self {
        let asked_at = std::ptr::from_ref(rows).addr();
        Self {
            rows: rows.clone(),
            asked_at,
            values: Vec::new(),
            numbers: HashMap::default(),
            others: HashMap::default(),
        }
    }

    /// The place of a value among those that are asked about.
    fn place(&mut self, value: Value) -> usize {
        let new = self.values.len();
        let at = match value {
            Value::Int(number) => *self.numbers.entry(number).or_insert(new),
            _ => *self.others.entry(Key::of(&value)).or_insert(new),
        };
        if at == new {
            self.values.push(value);
        }
        at
    }

    /// The place of a value that the database has found.
    fn place_of(&self, value: &Value) -> Option<usize> {
        match value {
            Value::Int(number) => self.numbers.get(number).copied(),
            _ => self.others.get(&Key::of(value)).copied(),
        }
    }

    /// Whether nothing is asked of the rows but whether they are there, and there are few.
    fn are_few(&self) -> bool {
        self.values.len() <= FEW && self.rows.are_by_wanted()
    }

    /// The rows that each value names.
    fn each_alone(&self, context: &Context<'_>) -> Result<Vec<Rows>> {
        let all = self.rows.of(context)?;
        let named = |value: &Value| all.clone().with_values([(self.rows.wanted, value.clone())]);
        self.values.iter().map(named).collect()
    }

    /// What there is of the row that each value names.
    async fn found(self, context: &Context<'_>) -> Result<Vec<Found>> {
        let Self { rows, values, .. } = &self;
        if let [value] = &**values {
            let mut found = Found::None;
            for wanted in rows.of(context)?.find(context.db(), rows.by, value, rows.wanted()).await? {
                found.add(rows.kept(value, &wanted)?);
            }
            return Ok(vec![found]);
        }
        let mut found = vec![Found::None; values.len()];
        let all = rows.of(context)?;
        for (value, wanted) in all.find_all(context.db(), rows.by, values, rows.wanted()).await? {
            if let Some(at) = self.place_of(&value) {
                found[at].add(wanted);
            }
        }
        for (value, found) in values.iter().zip(&mut found) {
            if let Found::One(wanted) = found {
                *wanted = rows.kept(value, wanted)?;
            }
        }
        Ok(found)
    }
}

impl Answers {
    /// The answer to a question.
    fn of(&self, question: usize) -> Option<Answer> {
        let QuestionPlace { group, at } = *self.places.get(question)?;
        Some(match &self.groups[group] {
            Told::Rows(found) => Answer::Row(found.get(at)?.clone()),
            Told::Found(found) => Answer::Found(*found.get(at)?),
            Told::Objects(objects) => Answer::Object(objects.get(at)?.clone()),
            Told::Nothing => Answer::Found(false),
        })
    }

    /// The answers to some questions.
    pub(crate) fn of_all(&self, questions: Range<usize>) -> impl Iterator<Item = Answer> {
        questions.filter_map(|question| self.of(question))
    }

    /// Whether all of them are what fields have taken for granted.
    pub(crate) fn are_all_good(&self) -> bool {
        self.groups.iter().all(|told| match told {
            Told::Rows(found) => found.iter().all(|found| matches!(found, Found::One(_))),
            Told::Found(found) => !found.contains(&true),
            Told::Objects(_) | Told::Nothing => true,
        })
    }

    /// Whether the answers to some questions are what a field has taken for granted: there are the rows that input names, and
    /// none of those that must not be there.
    pub(crate) fn are_good(&self, mut questions: Range<usize>) -> bool {
        questions.all(|question| {
            self.places.get(question).is_some_and(|place| match &self.groups[place.group] {
                Told::Rows(found) => matches!(found.get(place.at), Some(Found::One(_))),
                Told::Found(found) => found.get(place.at) == Some(&false),
                Told::Objects(_) | Told::Nothing => true,
            })
        })
    }
}

impl NamedRows {
    /// Whether they are the same rows, named in the same way.
    fn are(&self, other: &Self) -> bool {
        // Those of other models, or of another field of the same one, are told apart at once.
        if !std::ptr::eq(self.to, other.to) || self.wanted != other.wanted {
            return false;
        }
        let same_rows = match (&self.queryset, &other.queryset) {
            (None, None) => true,
            (Some(one), Some(two)) => one.is(two),
            _ => false,
        };
        same_rows && self.by == other.by
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
