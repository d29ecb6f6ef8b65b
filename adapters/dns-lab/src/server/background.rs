//! The loops that run by themselves: the planner publishes, the deployers install and clean up.

use std::time::Duration;

use super::ServeError;
use super::routes::{SharedState, lock};
use crate::answer::DeployAnswer;
use crate::deployer::KEPT_PLANS;
use crate::lab::DEPLOYERS;

/// How often things happen by themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Background {
    /// Between two plans.
    pub planner: Duration,
    /// Between two attempts of one deployer.
    pub deployer: Duration,
    /// At most this is added to the time between two attempts, by chance.
    pub jitter: Duration,
}

impl Default for Background {
    /// A plan every 5 s, four attempts a second, no jitter.
    fn default() -> Self {
        Self { planner: Duration::from_secs(5), deployer: Duration::from_millis(250), jitter: Duration::ZERO }
    }
}

impl Background {
    /// What the environment says: `DNS_LAB_PLANNER_INTERVAL_SECONDS`, `DNS_LAB_DEPLOYER_INTERVAL_SECONDS` and
    /// `DNS_LAB_DEPLOYER_JITTER_SECONDS`; `None` with `DNS_LAB_DISABLE_BACKGROUND=1`. `variable` looks one up.
    ///
    /// # Errors
    ///
    /// A variable that is not a time in seconds.
    ///
    /// ```
    /// use itf_dns_lab::server::Background;
    /// let nothing = Background::from_environment(|_| None)?;
    /// assert_eq!(nothing, Some(Background::default()));
    /// let off = Background::from_environment(|name| (name == "DNS_LAB_DISABLE_BACKGROUND").then(|| "1".into()))?;
    /// assert_eq!(off, None);
    /// # Ok::<(), itf_dns_lab::server::ServeError>(())
    /// ```
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, ServeError> {
        const OFF: &str = "DNS_LAB_DISABLE_BACKGROUND";
        match variable(OFF).as_deref() {
            Some("1") => return Ok(None),
            None | Some("" | "0") => {}
            Some(other) => return Err(ServeError::Variable(OFF.into(), other.into(), "1 or 0")),
        }
        let seconds = |name: &str, usual: Duration, least: Duration| match variable(name) {
            None => Ok(usual),
            Some(text) => {
                let found = text.trim().parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok());
                let found = found.filter(|time| *time >= least);
                found.ok_or_else(|| ServeError::Variable(name.into(), text, "a time in seconds"))
            }
        };
        let usual = Self::default();
        // An interval of nothing would be a loop that does nothing else.
        let least = Duration::from_millis(1);
        Ok(Some(Self {
            planner: seconds("DNS_LAB_PLANNER_INTERVAL_SECONDS", usual.planner, least)?,
            deployer: seconds("DNS_LAB_DEPLOYER_INTERVAL_SECONDS", usual.deployer, least)?,
            jitter: seconds("DNS_LAB_DEPLOYER_JITTER_SECONDS", usual.jitter, Duration::ZERO)?,
        }))
    }
}

/// Starts the loops. They end with the runtime; what fails (a full disk) is tried again the next time.
pub(super) fn start(state: &SharedState, times: Background) {
    let lab = state.clone();
    tokio::spawn(async move {
        loop {
            let _ = lock(&lab).generate(&[]);
            tokio::time::sleep(times.planner).await;
        }
    });
    for name in DEPLOYERS {
        let lab = state.clone();
        tokio::spawn(async move {
            loop {
                let jitter = times.jitter.mul_f64(rand::random());
                tokio::time::sleep(times.deployer + jitter).await;
                let mut lab = lock(&lab);
                let _ = lab.sync(name);
                if let Ok(DeployAnswer::Installed { .. }) = lab.deploy(name) {
                    let _ = lab.cleanup(name, KEPT_PLANS);
                }
            }
        });
    }
}
