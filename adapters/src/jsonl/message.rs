//! What is said on the wire. `schemas/adapter-protocol-1.schema.json` says the same for the other side.
//!
//! Values stay the text they are written in: what they mean is up to [`itf::Reader`], which knows integers that
//! `serde_json` does not.

use std::collections::BTreeMap;

use itf::Value;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of the protocol; raised only when an old peer would misunderstand.
pub const PROTOCOL: u64 = 1;

/// JSON as it is written.
pub(crate) type Raw = Box<RawValue>;

/// What the harness asks; fields that do not belong to the operation are left out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {
    #[serde(default)]
    pub(crate) id: u64,
    pub(crate) op: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) protocol: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limits: Option<LimitsMs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) args: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picks: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trail: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) properties: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) snapshot: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) states: Option<Vec<Raw>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) labels: Option<String>,
    /// To `enabled`: decides which calls, where they are too many to list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
}

impl Request {
    pub(crate) fn new(op: &str) -> Self {
        Self { op: op.to_owned(), ..Self::default() }
    }
}

/// What the child is asked to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// An executable spec.
    Producer,
    /// A driver of the system under test.
    Consumer,
}

impl Role {
    /// The word for it.
    ///
    /// ```
    /// assert_eq!(itf_adapters::jsonl::Role::Producer.word(), "producer");
    /// ```
    pub fn word(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// The deadlines, for the child's information: it is the harness that holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LimitsMs {
    pub(crate) reset_ms: u64,
    pub(crate) step_ms: u64,
}

/// How an answer begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// Done, also when the system refused.
    #[default]
    Ok,
    /// The call has no successor.
    Disabled,
    /// Unknown operation or action.
    Unsupported,
    /// Ill typed, or picks left over.
    Invalid,
    /// The spec or the system raised an error.
    Failed,
}

/// What the child answers to all but `hello`; which fields there are depends on the operation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) id: Option<u64>,
    pub(crate) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) observed: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) binds: Option<Vec<(Raw, Raw)>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "failure")]
    pub(crate) failure: Option<FailureText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picks: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trail: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) holds: Option<BTreeMap<String, bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) snapshot: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<Call>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) calls: Option<Vec<Call>>,
    /// Of `calls` in the answer to `enabled`: there are more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) partial: bool,
}

/// What is wrong with the system by its own account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FailureText {
    pub(crate) kind: String,
    pub(crate) site: String,
    #[serde(default)]
    pub(crate) message: String,
}

/// Reads a failure; what is none is told in words of the protocol, not of its reader.
fn failure<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<FailureText>, D::Error> {
    let Some(raw) = Option::<Raw>::deserialize(from)? else { return Ok(None) };
    serde_json::from_str(raw.get()).map(Some).map_err(|_| {
        serde::de::Error::custom(
            "`failure` is an object with `kind` and `site`, and perhaps a `message`, all texts",
        )
    })
}

/// A call on the wire.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) args: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) picks: Option<Raw>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trail: Option<Raw>,
    /// The state it leads to, in `successors`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<Raw>,
}

/// What a child says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hello {
    #[serde(default)]
    pub(crate) id: Option<u64>,
    #[serde(default)]
    pub(crate) status: Status,
    #[serde(default)]
    pub(crate) protocol: Option<u64>,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    #[serde(default)]
    pub(crate) capabilities: Capabilities,
    #[serde(default)]
    pub(crate) actions: BTreeMap<String, Signature>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) vars: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) params: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) labels: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) properties: Vec<NamedProperty>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) view: Vec<String>,
    /// The kinds of failure that its answers may have, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failures: Option<Vec<String>>,
}

/// What a child can do besides what every one can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no of its own on the wire")]
pub(crate) struct Capabilities {
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) observe: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) binds: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) call: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) check: bool,
    /// Any expression of the spec's language is a property.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) expressions: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) snapshot: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) enabled: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) successors: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) trace: bool,
    /// It lists its initial states.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) starts: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What an action takes, and which outcomes of it are right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Signature {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) picks: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) outcomes: Vec<String>,
}

/// A property and what finding it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NamedProperty {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kind: Kind,
}

/// The kind of a property.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    #[default]
    Invariant,
    Example,
}

/// A value as raw JSON.
pub(crate) fn raw(value: &Value) -> Raw {
    // What the writer writes is JSON.
    RawValue::from_string(value.to_json()).unwrap_or_default()
}
