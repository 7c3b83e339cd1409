//! A JSON object that takes little more memory than its keys and values.

use std::hash::{BuildHasher, RandomState};

use super::{Json, Text};

/// A JSON object: keys in order of appearance; a repeated key keeps its place and takes the new value.
#[derive(Clone, Debug)]
pub struct Dict(Members);

/// A key and its value.
pub(super) type Member = (Text, Json);

#[derive(Clone, Debug)]
enum Members {
    /// Up to [`FEW`], which are searched one by one.
    Few(Box<[Member]>),
    Many(Box<Indexed>),
}

/// Up to how many keys an index does not pay.
pub(super) const FEW: usize = 16;

impl Dict {
    /// An empty object.
    pub fn new() -> Self {
        Self(Members::Few(Box::default()))
    }

    /// Members whose keys all differ; at most [`FEW`].
    pub(super) fn of_few(members: Box<[Member]>) -> Self {
        Self(Members::Few(members))
    }

    /// Sets a key.
    pub fn insert(&mut self, key: impl Into<Text>, value: Json) {
        let key = key.into();
        match &mut self.0 {
            Members::Many(many) => many.insert(key, value),
            Members::Few(few) => match few.iter_mut().find(|(known, _)| *known == key) {
                Some(member) => member.1 = value,
                None => self.0 = pushed(std::mem::take(few).into_vec(), (key, value)),
            },
        }
    }

    /// Whether a key had lone surrogates.
    pub(super) fn is_unencodable(&self) -> bool {
        matches!(&self.0, Members::Many(many) if many.unencodable)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.members().get(self.position(key)?).map(|(_, value)| value)
    }

    /// The value of a key, which is looked for at a position first. That becomes the position behind it: whoever asks for keys in
    /// the order that they have finds each at once.
    ///
    /// ```
    /// # use belleville_db::json::{Json, Text, parse};
    /// # let Ok(Json::Dict(dict)) = parse(r#"{"title": "Alpha", "pages": 120}"#) else { panic!("an object") };
    /// let [title, isbn, pages] = ["title", "isbn", "pages"].map(Text::from);
    /// let mut position = 0;
    /// assert_eq!(dict.get_from(&mut position, &title), Some(&Json::from("Alpha")));
    /// assert_eq!(dict.get_from(&mut position, &isbn), None);
    /// assert_eq!(dict.get_from(&mut position, &pages), Some(&Json::from(120)));
    /// ```
    #[inline]
    pub fn get_from(&self, position: &mut usize, key: &Text) -> Option<&Json> {
        match self.members().get(*position) {
            Some((known, value)) if known == key => {
                *position += 1;
                Some(value)
            }
            _ => self.get_from_elsewhere(position, key),
        }
    }

    /// The same of a key that is not at the position.
    fn get_from_elsewhere(&self, position: &mut usize, key: &Text) -> Option<&Json> {
        let found = self.position(key)?;
        *position = found + 1;
        self.members().get(found).map(|(_, value)| value)
    }

    /// The position of a key.
    fn position(&self, key: &str) -> Option<usize> {
        match &self.0 {
            Members::Few(few) => few.iter().position(|(known, _)| *known == *key),
            Members::Many(many) => many.index.position(key, &many.items),
        }
    }

    /// Keys and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.members().iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Leaves out the members that a function refuses.
    ///
    /// ```
    /// use belleville_db::json::{Dict, Json};
    ///
    /// let mut shown = Dict::new();
    /// shown.insert("title", Json::from("Alpha"));
    /// shown.insert("pages", Json::from(120));
    /// shown.retain(|name, _| name == "title");
    /// assert_eq!(shown.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["title"]);
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Json) -> bool) {
        let mut keep = |(key, value): &Member| keep(key.as_str(), value);
        match &mut self.0 {
            Members::Few(few) => {
                *few = std::mem::take(few).into_iter().filter(|member| keep(member)).collect()
            }
            Members::Many(many) => {
                let mut kept = Indexed { unencodable: many.unencodable, ..Indexed::default() };
                let items = std::mem::take(&mut many.items).into_iter();
                items.filter(|member| keep(member)).for_each(|(key, value)| kept.insert(key, value));
                **many = kept;
            }
        }
    }

    #[inline]
    pub(super) fn members(&self) -> &[Member] {
        match &self.0 {
            Members::Few(few) => few,
            Members::Many(many) => &many.items,
        }
    }
}

/// Few members and one more, which may be one too many.
fn pushed(mut few: Vec<Member>, new: Member) -> Members {
    if few.len() < FEW {
        few.reserve_exact(1);
        few.push(new);
        return Members::Few(few.into());
    }
    let mut many = Indexed::default();
    few.into_iter().chain([new]).for_each(|(key, value)| many.insert(key, value));
    Members::Many(Box::new(many))
}

impl Default for Dict {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Dict {
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members() && self.is_unencodable() == other.is_unencodable()
    }
}

/// An object of many keys, or one that is still read.
#[derive(Clone, Debug, Default)]
pub(super) struct Indexed {
    items: Vec<Member>,
    index: Index,
    /// A key had lone surrogates, so that the object cannot be written.
    pub(super) unencodable: bool,
}

impl Indexed {
    fn insert(&mut self, key: Text, value: Json) {
        let position = self.index.find_or_add(&key, &self.items);
        match self.items.get_mut(position) {
            Some(known) => known.1 = value,
            None => self.items.push((key, value)),
        }
    }

    /// Sets keys that were read. No more than `most` can follow.
    pub(super) fn extend(&mut self, members: impl ExactSizeIterator<Item = Member>, most: usize) {
        super::make_room(&mut self.items, members.len(), most);
        members.for_each(|(key, value)| self.insert(key, value));
    }

    /// The object, once all of it is read.
    pub(super) fn finish(mut self) -> Dict {
        self.items.shrink_to_fit();
        if self.items.len() > FEW || self.unencodable {
            return Dict(Members::Many(Box::new(self)));
        }
        Dict::of_few(self.items.into())
    }
}

/// Where in a list of members each key is: numbers in the order of the keys' hashes, at most three quarters full. The
/// hashes are made with a random key, so that nobody can choose keys that collide.
#[derive(Clone, Debug, Default)]
struct Index {
    slots: Vec<u32>,
    hasher: RandomState,
}

/// In a slot without a key: no position that could be.
const FREE: u32 = u32::MAX;

impl Index {
    /// The position of a key.
    fn position(&self, key: &str, items: &[Member]) -> Option<usize> {
        let position = *self.slots.get(self.slot(key.as_bytes(), items))?;
        (position != FREE).then_some(position as usize)
    }

    /// The position of a key; a new one comes behind the last.
    fn find_or_add(&mut self, key: &Text, items: &[Member]) -> usize {
        if (items.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow(items);
        }
        let slot = self.slot(key.as_bytes(), items);
        if self.slots[slot] == FREE {
            // Four thousand million keys are no reason to stop: those that follow are not found again.
            self.slots[slot] = u32::try_from(items.len()).unwrap_or(FREE);
            return items.len();
        }
        self.slots[slot] as usize
    }

    /// The slot of a key, or the free one where it belongs.
    fn slot(&self, key: &[u8], items: &[Member]) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = self.hasher.hash_one(key) as usize & mask;
        while let Some((known, _)) = self.slots.get(slot).and_then(|position| items.get(*position as usize)) {
            if known.as_bytes() == key {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self, items: &[Member]) {
        let size = (self.slots.len() * 2).max(FEW * 4);
        // Two at a time would be the larger part of what an object takes.
        self.slots = Vec::new();
        self.slots = vec![FREE; size];
        for (position, (key, _)) in (0..).zip(items) {
            let mut slot = self.hasher.hash_one(key.as_bytes()) as usize & (size - 1);
            while self.slots[slot] != FREE {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_place_and_take_the_last_value() {
        for count in [1, FEW as i64, FEW as i64 + 1, 5000] {
            let mut dict = Dict::new();
            for round in 0..3 {
                for number in 0..count {
                    dict.insert(format!("key {number}"), Json::Int(number * 10 + round));
                }
            }
            let expected = (0..count).map(|number| (format!("key {number}"), Json::Int(number * 10 + 2)));
            assert!(dict.iter().map(|(key, value)| (key.to_owned(), value.clone())).eq(expected));
            for number in 0..count {
                assert_eq!(dict.get(&format!("key {number}")), Some(&Json::Int(number * 10 + 2)));
            }
            assert_eq!(dict.get("key"), None);
        }
    }
}
