//! `itf lab`, as it was typed.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ActionOption;

/// The example system, a DNS control plane with a latent outage: serve it, and drive it.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  itf lab drive found.ndjson")]
pub(crate) enum Lab {
    Serve(LabServe),
    Drive(LabDrive),
}

/// Serve the lab over HTTP, with a page for people.
///
/// Background loops (a planner that publishes plans, three deployers that install them and clean up) run unless
/// --no-background is given. The environment sets their pace: `DNS_LAB_PLANNER_INTERVAL_SECONDS` (5.0),
/// `DNS_LAB_DEPLOYER_INTERVAL_SECONDS` (0.25), `DNS_LAB_DEPLOYER_JITTER_SECONDS` (0); `DNS_LAB_DISABLE_BACKGROUND=1` is
/// --no-background, `DNS_LAB_BASE_DIR` is the folder in which a relative --dir is. Ends with Ctrl-C or SIGTERM.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  itf lab serve --no-background\n\nExit status: 0 it was told to end, 2 it cannot serve."
)]
pub(crate) struct LabServe {
    /// The port; 0 is any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    pub(crate) port: u16,
    /// The folder for the zone and the plans; what is in it is read back.
    #[arg(long, value_name = "DIR", default_value = "s3-persistence")]
    pub(crate) dir: PathBuf,
    /// Nothing happens by itself.
    #[arg(long)]
    pub(crate) no_background: bool,
    /// The address to listen on. Anybody who reaches it may use the lab: the default is this machine only.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,
}

/// Drive a lab by a schedule: execute each label, and show what the lab did.
///
/// A schedule is a trace, or NDJSON with one label a line: `{"action": "Sync", "args": {"deployer": "deployer-a"}}`, or
/// the same as a variant of ITF, `{"tag": "Sync", "value": {"deployer": "deployer-a"}}`. Integers may be plain. It stops
/// when the lab does something else than its label says, or when the root resolves to nothing although a plan is installed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  itf lab drive found.ndjson\n  echo '{\"action\": \"Sync\", \"args\": {\"deployer\": \"deployer-a\"}}' | itf lab drive\n\nExit status: 0 the lab did everything right, 1 it did something wrong, 2 could not tell."
)]
pub(crate) struct LabDrive {
    /// The schedule; standard input if it is not given.
    pub(crate) schedule: Option<PathBuf>,
    /// The lab that is served there, such as `http://127.0.0.1:8000`; one in this process if it is not given.
    #[arg(long, value_name = "BASE")]
    pub(crate) url: Option<String>,
    /// Print one JSON object a step (`schemas/lab-drive-1.schema.json`).
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) action: ActionOption,
}
