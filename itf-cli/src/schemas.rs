//! The JSON Schemas that the project publishes, as part of the command.

/// A schema: its name, what it is of, and its text.
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! schemas {
    ($($name:literal),* $(,)?) => {
        /// All files of `schemas/`, by name; a test compares this list with the folder.
        pub(crate) const ALL: &[Schema] = &[$(Schema {
            name: $name,
            text: include_str!(concat!("../schemas/", $name, ".schema.json")),
        }),*];
    };
}

schemas![
    "adapter-protocol-1",
    "allowed-1",
    "check-report-1",
    "diff-1",
    "findings-1",
    "generate-report-1",
    "info-1",
    "itf",
    "itf-strict",
    "lab-drive-1",
    "lab-zone-1",
    "replay-report-1",
    "shrink-events-1",
    "shrink-journal-1",
    "shrink-journal-2",
];
