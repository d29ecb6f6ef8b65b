//! Records: what the store holds and plans consist of.

use std::fmt;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

/// One DNS record. In JSON `{"name": …, "type": "A" | "TXT" | "ALIAS", "value": …}`.
///
/// Two records are equal when name, type and value are; two records with the same [`Identity`] cannot be in a
/// zone together.
///
/// ```
/// use itf_dns_lab::Record;
///
/// let root = Record::alias("root.acme", "plan-001.cdb.acme");
/// let json = r#"{"name":"root.acme","type":"ALIAS","value":"plan-001.cdb.acme"}"#;
/// assert_eq!(serde_json::to_string(&root)?, json);
/// assert_eq!(serde_json::from_str::<Record>(json)?, root);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The name that is looked up.
    pub name: String,
    /// Type and value; they belong together.
    #[serde(flatten)]
    pub data: Data,
}

/// The type of a record together with a value of that type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value")]
pub enum Data {
    /// An address; resolution ends here.
    A(Ipv4Addr),
    /// A text; resolution ignores it.
    #[serde(rename = "TXT")]
    Txt(String),
    /// One or more other names; resolution goes on there.
    #[serde(rename = "ALIAS")]
    Alias(Alias),
}

/// Where an ALIAS record leads. In JSON a string, or a list of `{"name": …, "weight": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Alias {
    /// To exactly one name.
    Name(String),
    /// To several names. Resolution takes all of them in this order and leaves weights to the client.
    Weighted(Vec<Target>),
}

/// One branch of a weighted alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The name it leads to.
    pub name: String,
    /// Share of the traffic, relative to the other branches; 0 is allowed.
    pub weight: u64,
}

/// The type of a record, without its value. Displayed as in DNS: `A`, `TXT`, `ALIAS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RecordType {
    /// See [`Data::A`].
    A,
    /// See [`Data::Txt`].
    #[serde(rename = "TXT")]
    Txt,
    /// See [`Data::Alias`].
    #[serde(rename = "ALIAS")]
    Alias,
}

/// What a zone can hold only once: a name and a type. Displayed as `NAME|TYPE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The record's name.
    pub name: String,
    /// The record's type.
    #[serde(rename = "type")]
    pub record_type: RecordType,
}

impl Record {
    /// An A record: `name` has this address.
    ///
    /// ```
    /// use itf_dns_lab::{Data, Record};
    /// let record = Record::a("lb.acme", [192, 0, 2, 1]);
    /// assert_eq!(record.data, Data::A("192.0.2.1".parse()?));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn a(name: impl Into<String>, address: impl Into<Ipv4Addr>) -> Self {
        Self { name: name.into(), data: Data::A(address.into()) }
    }

    /// A TXT record: `name` carries this text.
    ///
    /// ```
    /// use itf_dns_lab::{Data, Record};
    /// assert_eq!(Record::txt("_lock.acme", "genesis 0").data, Data::Txt("genesis 0".into()));
    /// ```
    pub fn txt(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), data: Data::Txt(text.into()) }
    }

    /// An ALIAS record with one target.
    ///
    /// ```
    /// use itf_dns_lab::{Alias, Data, Record};
    /// let record = Record::alias("root.acme", "plan-001.cdb.acme");
    /// assert_eq!(record.data, Data::Alias(Alias::Name("plan-001.cdb.acme".into())));
    /// ```
    pub fn alias(name: impl Into<String>, target: impl Into<String>) -> Self {
        Self { name: name.into(), data: Data::Alias(Alias::Name(target.into())) }
    }

    /// An ALIAS record with any number of weighted targets, in the order given.
    ///
    /// ```
    /// use itf_dns_lab::{Record, Target};
    /// let record = Record::weighted("plan.acme", [Target { name: "lb.acme".into(), weight: 100 }]);
    /// let names: Vec<&str> = record.targets().collect();
    /// assert_eq!(names, ["lb.acme"]);
    /// ```
    pub fn weighted(name: impl Into<String>, targets: impl IntoIterator<Item = Target>) -> Self {
        Self { name: name.into(), data: Data::Alias(Alias::Weighted(targets.into_iter().collect())) }
    }

    /// The record's type.
    ///
    /// ```
    /// use itf_dns_lab::{Record, RecordType};
    /// assert_eq!(Record::txt("_lock.acme", "genesis 0").record_type(), RecordType::Txt);
    /// ```
    pub fn record_type(&self) -> RecordType {
        match self.data {
            Data::A(_) => RecordType::A,
            Data::Txt(_) => RecordType::Txt,
            Data::Alias(_) => RecordType::Alias,
        }
    }

    /// The record's name and type.
    ///
    /// ```
    /// use itf_dns_lab::Record;
    /// assert_eq!(Record::txt("_lock.acme", "genesis 0").identity().to_string(), "_lock.acme|TXT");
    /// ```
    pub fn identity(&self) -> Identity {
        Identity { name: self.name.clone(), record_type: self.record_type() }
    }

    /// The names an ALIAS record leads to, in order; nothing for the other types.
    ///
    /// ```
    /// use itf_dns_lab::Record;
    /// assert_eq!(Record::alias("root.acme", "plan.acme").targets().next(), Some("plan.acme"));
    /// assert_eq!(Record::txt("_lock.acme", "plan.acme").targets().next(), None);
    /// ```
    pub fn targets(&self) -> impl DoubleEndedIterator<Item = &str> {
        let (single, several) = match &self.data {
            Data::Alias(Alias::Name(name)) => (Some(name.as_str()), &[][..]),
            Data::Alias(Alias::Weighted(targets)) => (None, targets.as_slice()),
            Data::A(_) | Data::Txt(_) => (None, &[][..]),
        };
        single.into_iter().chain(several.iter().map(|target| target.name.as_str()))
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::Txt => "TXT",
            Self::Alias => "ALIAS",
        })
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}", self.name, self.record_type)
    }
}
