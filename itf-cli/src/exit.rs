//! Exit statuses. Scripts depend on them; they are as those of `grep`, `cmp` and `diff`.

use std::process::ExitCode;

/// Yes, the same, nothing found that is wrong, done.
pub const YES: u8 = 0;
/// No, different, a failure was found, nothing was found that was looked for.
pub const NO: u8 = 1;
/// Could not tell: bad usage, unreadable input, a broken adapter.
pub const TROUBLE: u8 = 2;

/// Whoever read the answer went away before it was complete: the status of a program that a closed pipe ended.
pub const READER_GONE: u8 = 128 + 13;

/// What a command answers, in the words of its own question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// [`YES`]
    Yes,
    /// [`NO`]
    No,
    /// [`TROUBLE`]
    Trouble,
}

impl Answer {
    /// The answer about many: trouble with one counts most, then a no.
    ///
    /// ```
    /// use itf_cli::exit::Answer;
    /// assert_eq!(Answer::No.and(Answer::Yes), Answer::No);
    /// ```
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> Self {
        Self::from(match answer {
            Answer::Yes => YES,
            Answer::No => NO,
            Answer::Trouble => TROUBLE,
        })
    }
}
