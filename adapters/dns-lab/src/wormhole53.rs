//! Wormhole53: the transactional record store.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::record::{Data, Identity, Record, RecordType};

/// A zone: at most one record for each [`Identity`], listed in the order of identities.
///
/// Collecting records makes a zone without asking anything; of several with one identity the last stays.
///
/// ```
/// use itf_dns_lab::{Record, Wormhole53};
/// let zone: Wormhole53 = [Record::a("lb.acme", [192, 0, 2, 1])].into_iter().collect();
/// assert_eq!(zone.records().count(), 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wormhole53 {
    records: BTreeMap<Identity, Record>,
}

/// One change of a batch. In JSON `{"type": "CREATE" | "DELETE" | "UPSERT", "record": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "record", rename_all = "UPPERCASE")]
pub enum Change {
    /// Add the record; refused when its identity is taken, even by an equal record.
    Create(Record),
    /// Remove the record; refused unless the stored one is equal, value included.
    Delete(Record),
    /// Add or replace the record; never refused.
    Upsert(Record),
}

/// Why a batch was refused: which rule, and for which record. The store is as it was before.
///
/// Displayed as `record already exists: NAME|TYPE`, `record missing: NAME|TYPE` or `record mismatch: NAME|TYPE`;
/// these texts are part of the lab's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchError {
    kind: BatchErrorKind,
    identity: Identity,
}

/// The rule that a batch broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BatchErrorKind {
    /// CREATE of an identity that is taken.
    AlreadyExists,
    /// DELETE of an identity that is free.
    Missing,
    /// DELETE of a record whose stored value is another.
    Mismatch,
}

impl Wormhole53 {
    /// A zone without records.
    ///
    /// ```
    /// assert_eq!(itf_dns_lab::Wormhole53::new().records().count(), 0);
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// The record with this name and type, or `None`.
    ///
    /// ```
    /// use itf_dns_lab::{Record, RecordType, Wormhole53};
    /// let lock = Record::txt("_lock.acme", "genesis 0");
    /// let zone: Wormhole53 = [lock.clone()].into_iter().collect();
    /// assert_eq!(zone.get("_lock.acme", RecordType::Txt), Some(&lock));
    /// assert_eq!(zone.get("_lock.acme", RecordType::A), None);
    /// ```
    pub fn get(&self, name: &str, record_type: RecordType) -> Option<&Record> {
        self.records.get(&Identity { name: name.to_owned(), record_type })
    }

    /// All records, by name and then by type.
    ///
    /// ```
    /// use itf_dns_lab::{Record, Wormhole53};
    /// let zone: Wormhole53 = [Record::alias("b", "a"), Record::a("a", [192, 0, 2, 1])].into_iter().collect();
    /// let names: Vec<&str> = zone.records().map(|record| record.name.as_str()).collect();
    /// assert_eq!(names, ["a", "b"]);
    /// ```
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// Applies the changes in order, each seeing the ones before it, all of them or none.
    ///
    /// # Errors
    ///
    /// The first change that is refused, see [`BatchErrorKind`]; nothing has changed then.
    ///
    /// ```
    /// use itf_dns_lab::{Change, Record, Wormhole53};
    /// let (old, new) = (Record::txt("_lock.acme", "a 1"), Record::txt("_lock.acme", "b 1"));
    /// let mut zone: Wormhole53 = [old.clone()].into_iter().collect();
    ///
    /// let refused = zone.batch([Change::Create(new.clone())]).expect_err("the identity is taken");
    /// assert_eq!(refused.to_string(), "record already exists: _lock.acme|TXT");
    ///
    /// zone.batch([Change::Delete(old), Change::Create(new)])?;
    /// # Ok::<(), itf_dns_lab::BatchError>(())
    /// ```
    pub fn batch(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<(), BatchError> {
        // What each touched identity will hold. Kept apart until nothing can be refused any more, so that giving
        // up needs no undoing.
        let mut staged: BTreeMap<Identity, Option<Record>> = BTreeMap::new();
        for change in changes {
            let identity = change.record().identity();
            let current = match staged.get(&identity) {
                Some(after_earlier_change) => after_earlier_change.as_ref(),
                None => self.records.get(&identity),
            };
            let broken_rule = match (&change, current) {
                (Change::Create(_), Some(_)) => Some(BatchErrorKind::AlreadyExists),
                (Change::Delete(_), None) => Some(BatchErrorKind::Missing),
                (Change::Delete(expected), Some(stored)) if stored != expected => {
                    Some(BatchErrorKind::Mismatch)
                }
                _ => None,
            };
            if let Some(kind) = broken_rule {
                return Err(BatchError { kind, identity });
            }
            let after = match change {
                Change::Create(record) | Change::Upsert(record) => Some(record),
                Change::Delete(_) => None,
            };
            staged.insert(identity, after);
        }
        for (identity, after) in staged {
            match after {
                Some(record) => self.records.insert(identity, record),
                None => self.records.remove(&identity),
            };
        }
        Ok(())
    }

    /// The addresses that `name` leads to, in the order of the branches; empty when it leads to none.
    ///
    /// An A record ends a branch with its address and hides an ALIAS of the same name. A branch that ends at a
    /// missing name or comes back to a name on its own way gives nothing; the other branches still count. An
    /// address that several branches reach is listed once for each.
    ///
    /// ```
    /// use std::net::Ipv4Addr;
    ///
    /// use itf_dns_lab::{Record, Wormhole53};
    ///
    /// let zone: Wormhole53 = [Record::alias("root", "lb"), Record::a("lb", [192, 0, 2, 1])].into_iter().collect();
    /// assert_eq!(zone.resolve("root"), [Ipv4Addr::new(192, 0, 2, 1)]);
    /// assert_eq!(zone.resolve("elsewhere").len(), 0);
    /// ```
    pub fn resolve(&self, name: &str) -> Vec<Ipv4Addr> {
        let mut addresses = Vec::new();
        // An explicit stack, because a chain of aliases may be longer than the thread's stack is deep. The branch
        // being followed is `path`; a waiting name knows how much of it is shared.
        let mut path: Vec<&str> = Vec::new();
        let mut waiting = vec![(0, name)];
        while let Some((depth, name)) = waiting.pop() {
            path.truncate(depth);
            if path.contains(&name) {
                continue;
            }
            if let Some(Record { data: Data::A(address), .. }) = self.get(name, RecordType::A) {
                addresses.push(*address);
            } else if let Some(alias) = self.get(name, RecordType::Alias) {
                path.push(name);
                waiting.extend(alias.targets().rev().map(|target| (depth + 1, target)));
            }
        }
        addresses
    }
}

impl FromIterator<Record> for Wormhole53 {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        Self { records: records.into_iter().map(|record| (record.identity(), record)).collect() }
    }
}

impl Change {
    /// The record to be added or removed.
    ///
    /// ```
    /// use itf_dns_lab::{Change, Record};
    /// let record = Record::txt("_lock.acme", "genesis 0");
    /// assert_eq!(Change::Delete(record.clone()).record(), &record);
    /// ```
    pub fn record(&self) -> &Record {
        match self {
            Self::Create(record) | Self::Delete(record) | Self::Upsert(record) => record,
        }
    }
}

impl BatchError {
    /// The rule that was broken.
    ///
    /// ```
    /// use itf_dns_lab::{BatchErrorKind, Change, Record, Wormhole53};
    /// let gone = Change::Delete(Record::txt("_lock.acme", "a 1"));
    /// let error = Wormhole53::new().batch([gone]).expect_err("nothing to delete");
    /// assert_eq!(error.kind(), BatchErrorKind::Missing);
    /// ```
    pub fn kind(&self) -> BatchErrorKind {
        self.kind
    }

    /// The record it was broken for.
    ///
    /// ```
    /// use itf_dns_lab::{Change, Record, Wormhole53};
    /// let gone = Change::Delete(Record::txt("_lock.acme", "a 1"));
    /// let error = Wormhole53::new().batch([gone]).expect_err("nothing to delete");
    /// assert_eq!(error.identity().to_string(), "_lock.acme|TXT");
    /// ```
    pub fn identity(&self) -> &Identity {
        &self.identity
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match self.kind {
            BatchErrorKind::AlreadyExists => "record already exists",
            BatchErrorKind::Missing => "record missing",
            BatchErrorKind::Mismatch => "record mismatch",
        };
        write!(f, "{rule}: {}", self.identity)
    }
}

impl Error for BatchError {}
