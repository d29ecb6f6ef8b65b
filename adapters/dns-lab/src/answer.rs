//! What the lab answers. The same values serve a caller in process and, serialized, one over HTTP.

use std::error::Error;
use std::fmt;
use std::net::Ipv4Addr;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::record::Record;
use crate::wormhole53::BatchError;

/// What a deployer now remembers. In JSON `{"ok": true, "lock": …, "root": …}`, each a record or `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncAnswer {
    /// The lock record, if the zone has one.
    pub lock: Option<Record>,
    /// The root record, if the zone has one.
    pub root: Option<Record>,
}

/// What came of a deploy. In JSON `{"ok": true, "message": "installed", "version": …}`,
/// `{"ok": true, "message": "idle"}` or `{"ok": false, "message": …}`.
///
/// ```
/// use itf_dns_lab::DeployAnswer;
/// let json = serde_json::to_string(&DeployAnswer::Installed { version: 3 })?;
/// assert_eq!(json, r#"{"ok":true,"message":"installed","version":3}"#);
/// assert_eq!(serde_json::to_string(&DeployAnswer::Idle)?, r#"{"ok":true,"message":"idle"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeployAnswer {
    /// The root points at the plan with this version.
    Installed {
        /// The version of the plan.
        version: u64,
    },
    /// The deployer's next plan is not published; nothing was tried.
    Idle,
    /// The zone is as it was before.
    Refused(DeployError),
}

/// Why a deploy was refused. Displayed as the text of the lab's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeployError {
    /// What the deployer remembers as the root's target has no ALIAS record, so there is nothing to roll back to.
    RootTargetMissing(String),
    /// The store refused the batch; with a stale lock, for the lock record.
    Batch(BatchError),
}

/// What came of a cleanup. In JSON `{"ok": true, "deleted_versions": […]}` or `{"ok": false, "message": …}`.
///
/// ```
/// use itf_dns_lab::CleanupAnswer;
/// let json = serde_json::to_string(&CleanupAnswer::Cleaned { deleted_versions: vec![1, 2] })?;
/// assert_eq!(json, r#"{"ok":true,"deleted_versions":[1,2]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CleanupAnswer {
    /// No record of the old plans is left.
    Cleaned {
        /// The versions of which there were records, ascending; empty when there was nothing to do.
        deleted_versions: Vec<u64>,
    },
    /// The store refused the batch: somebody changed a record between reading and deleting it. Cannot happen
    /// while the zone is borrowed for the whole cleanup.
    Refused(BatchError),
}

/// Where a name leads. In JSON `{"name": …, "ips": […]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The name that was asked for.
    pub name: String,
    /// Its addresses, as [`Wormhole53::resolve`](crate::Wormhole53::resolve) gives them.
    pub ips: Vec<Ipv4Addr>,
}

/// Whether customers are served. In JSON `{"ok": …, "name": …, "ips": […]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Whether the root resolves to at least one address.
    pub ok: bool,
    /// The root.
    pub name: String,
    /// The root's addresses.
    pub ips: Vec<Ipv4Addr>,
}

impl Serialize for SyncAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("SyncAnswer", 3)?;
        answer.serialize_field("ok", &true)?;
        answer.serialize_field("lock", &self.lock)?;
        answer.serialize_field("root", &self.root)?;
        answer.end()
    }
}

impl Serialize for DeployAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Installed { version } => {
                let mut answer = serializer.serialize_struct("DeployAnswer", 3)?;
                answer.serialize_field("ok", &true)?;
                answer.serialize_field("message", "installed")?;
                answer.serialize_field("version", version)?;
                answer.end()
            }
            Self::Idle => with_message(serializer, true, "idle"),
            Self::Refused(error) => with_message(serializer, false, &error.to_string()),
        }
    }
}

impl Serialize for CleanupAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Cleaned { deleted_versions } => {
                let mut answer = serializer.serialize_struct("CleanupAnswer", 2)?;
                answer.serialize_field("ok", &true)?;
                answer.serialize_field("deleted_versions", deleted_versions)?;
                answer.end()
            }
            Self::Refused(error) => with_message(serializer, false, &error.to_string()),
        }
    }
}

fn with_message<S: Serializer>(serializer: S, ok: bool, message: &str) -> Result<S::Ok, S::Error> {
    let mut answer = serializer.serialize_struct("Answer", 2)?;
    answer.serialize_field("ok", &ok)?;
    answer.serialize_field("message", message)?;
    answer.end()
}

impl fmt::Display for DeployError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RootTargetMissing(name) => write!(f, "current root target is missing: {name}"),
            Self::Batch(error) => error.fmt(f),
        }
    }
}

// No source: a batch error is displayed as it is, and a chain of causes would say it twice.
impl Error for DeployError {}

impl From<BatchError> for DeployError {
    fn from(error: BatchError) -> Self {
        Self::Batch(error)
    }
}
