//! What the end of a command says.

use std::fmt;
use std::process::ExitStatus;
use std::str::FromStr;

use regex::bytes::Regex;

/// The exit status by which a command says that it cannot tell, as for `git bisect run`.
pub(super) const UNRESOLVED: i32 = 125;
/// From here on an exit status is the shell's: not executable, not found, killed by a signal.
const BROKEN: i32 = 126;

/// A condition on the end of a command: `exit=N`, `exit!=N` or `output~REGEX`, where a line of the output has to match.
///
/// ```
/// use itf_adapters::Rule;
/// let rule: Rule = "output~resolved to (zero|no) IPs".parse()?;
/// assert_eq!(rule.to_string(), "output~resolved to (zero|no) IPs");
/// assert!("exit=fine".parse::<Rule>().is_err());
/// # Ok::<(), itf_adapters::RuleError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Rule(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Exit(i32),
    ExitNot(i32),
    Output(Regex),
}

/// Why something is no [`Rule`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError(String);

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RuleError {}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let status = |number: &str| {
            let parsed = number.trim().parse().ok().filter(|n| (0..256).contains(n));
            parsed.ok_or_else(|| RuleError(format!("`{number}` is no exit status; they go from 0 to 255")))
        };
        if let Some(number) = text.strip_prefix("exit!=") {
            Ok(Self(Kind::ExitNot(status(number)?)))
        } else if let Some(number) = text.strip_prefix("exit=") {
            Ok(Self(Kind::Exit(status(number)?)))
        } else if let Some(regex) = text.strip_prefix("output~") {
            // The first line of the message is the kind of mistake at most; the last says what it is.
            let mistake =
                |e: regex::Error| e.to_string().lines().last().unwrap_or_default().trim().to_owned();
            Regex::new(regex)
                .map(|r| Self(Kind::Output(r)))
                .map_err(|e| RuleError(format!("`{regex}`: {}", mistake(e))))
        } else {
            Err(RuleError(format!("`{text}` is none of exit=N, exit!=N, output~REGEX")))
        }
    }
}

impl Rule {
    /// Whether it says nothing of the output and holds for exit status 0.
    ///
    /// ```
    /// use itf_adapters::Rule;
    /// let holds = |text: &str| text.parse().map(|rule: Rule| rule.holds_for_exit_0());
    /// assert_eq!((holds("exit=0")?, holds("exit!=3")?, holds("exit=1")?, holds("output~x")?), (true, true, false, false));
    /// # Ok::<(), itf_adapters::RuleError>(())
    /// ```
    pub fn holds_for_exit_0(&self) -> bool {
        matches!(self.0, Kind::Exit(0)) || matches!(self.0, Kind::ExitNot(n) if n != 0)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Exit(n) => write!(f, "exit={n}"),
            Kind::ExitNot(n) => write!(f, "exit!={n}"),
            Kind::Output(regex) => write!(f, "output~{regex}"),
        }
    }
}

/// What a command is taken to say: by default exit 0 "still fails", 125 and above "cannot tell", anything else "passes".
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// All of these have to hold for a failure, if there are any.
    pub(super) fails: Vec<Rule>,
    /// All of these have to hold for a pass, if there are any; what is neither is no verdict.
    pub(super) passes: Vec<Rule>,
}

/// What a command says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    /// The text belongs to the failure's identity.
    Fails(String),
    Passes,
    CannotTell(String),
}

impl Rules {
    /// Regular expressions to look for while the command runs.
    pub(super) fn patterns(&self) -> Vec<Regex> {
        let output = |rule: &Rule| match &rule.0 {
            Kind::Output(regex) => Some(regex.clone()),
            Kind::Exit(_) | Kind::ExitNot(_) => None,
        };
        self.fails.iter().chain(&self.passes).filter_map(output).collect()
    }

    /// What the end of a command means. `matches` are those of [`patterns`](Self::patterns), each with what its groups
    /// captured.
    pub(super) fn judge(&self, status: ExitStatus, matches: &[Option<String>]) -> Says {
        use std::os::unix::process::ExitStatusExt;
        let (mut index, mut captured) = (0, Vec::new());
        let mut all = |rules: &[Rule]| {
            let mut holds = true;
            for rule in rules {
                holds &= match &rule.0 {
                    Kind::Exit(n) => status.code() == Some(*n),
                    Kind::ExitNot(n) => status.code().is_some_and(|code| code != *n && code < UNRESOLVED),
                    Kind::Output(_) => {
                        let found = matches.get(index).cloned().flatten();
                        index += 1;
                        let held = found.is_some();
                        captured.extend(found.filter(|text| !text.is_empty()));
                        held
                    }
                };
            }
            holds
        };
        let (fails, passes) = (all(&self.fails), all(&self.passes));
        let why = match (status.code(), status.signal()) {
            (None, signal) => Some(format!("the command was killed by signal {}", signal.unwrap_or(0))),
            (Some(UNRESOLVED), _) => Some(format!("the command exits with {UNRESOLVED}: it cannot tell")),
            (Some(code @ BROKEN..), _) => {
                Some(format!("the command exits with {code}: it cannot be run, or was killed"))
            }
            _ => None,
        };
        let ours = if self.fails.is_empty() { status.code() == Some(0) } else { fails };
        if ours && !self.passes.is_empty() && passes {
            let both = "what the command says is a failure by --fails-when and a pass by --passes-when";
            return Says::CannotTell(both.to_owned());
        }
        if ours {
            let mut identity: Vec<String> = self.fails.iter().map(ToString::to_string).collect();
            identity.extend(captured);
            return Says::Fails(identity.join(", "));
        }
        match why {
            Some(why) => Says::CannotTell(why),
            None if self.passes.is_empty() || passes => Says::Passes,
            None => Says::CannotTell(format!(
                "the command exits with {}, and that is neither a failure nor a pass",
                status.code().unwrap_or_default()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn rules(fails: &[&str], passes: &[&str]) -> Rules {
        let parse = |texts: &[&str]| texts.iter().map(|t| t.parse().expect("a rule")).collect();
        Rules { fails: parse(fails), passes: parse(passes) }
    }

    fn exit(code: i32) -> ExitStatus {
        ExitStatus::from_raw(code << 8)
    }

    #[test]
    fn without_rules_it_is_the_contract_of_bisect() {
        let plain = rules(&[], &[]);
        assert_eq!(plain.judge(exit(0), &[]), Says::Fails(String::new()));
        assert_eq!(plain.judge(exit(1), &[]), Says::Passes);
        for unclear in [exit(125), exit(126), exit(127), exit(137), ExitStatus::from_raw(9)] {
            assert!(matches!(plain.judge(unclear, &[]), Says::CannotTell(_)), "{unclear}");
        }
    }

    #[test]
    fn both_conditions_have_to_hold_and_are_the_identity() {
        let both = rules(&["exit=1", "output~zero IPs"], &[]);
        let found = [Some(String::new())];
        assert_eq!(both.judge(exit(1), &found), Says::Fails("exit=1, output~zero IPs".into()));
        assert_eq!(both.judge(exit(1), &[None]), Says::Passes);
        assert_eq!(both.judge(exit(0), &found), Says::Passes);
    }

    #[test]
    fn what_groups_capture_belongs_to_the_identity() {
        let output = rules(&["output~panicked at (.*)"], &[]);
        let says = output.judge(exit(101), &[Some("lib.rs:7".into())]);
        assert_eq!(says, Says::Fails("output~panicked at (.*), lib.rs:7".into()));
        // Even if it dies of it.
        assert!(matches!(output.judge(ExitStatus::from_raw(6), &[Some(String::new())]), Says::Fails(_)));
    }

    #[test]
    fn with_a_rule_for_passing_everything_else_is_unclear() {
        let strict = rules(&["exit=0"], &["exit=10"]);
        assert_eq!(strict.judge(exit(10), &[]), Says::Passes);
        assert!(matches!(strict.judge(exit(1), &[]), Says::CannotTell(_)));
    }

    #[test]
    fn what_is_a_failure_and_a_pass_is_unclear() {
        let both = rules(&["output~bug"], &["exit=0"]);
        assert!(matches!(both.judge(exit(0), &[Some(String::new())]), Says::CannotTell(_)));
        assert!(matches!(both.judge(exit(1), &[Some(String::new())]), Says::Fails(_)));
        assert_eq!(both.judge(exit(0), &[None]), Says::Passes);
    }
}
