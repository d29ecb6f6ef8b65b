//! Integers of any size.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use dashu_int::IBig;
use triomphe::Arc;

use super::node::{hash_bytes, kind, mix, weighed};

/// An integer of any size. One below 2^63 in size is held in place, a larger one in a shared node.
///
/// ```
/// use itf::Int;
/// let big: Int = "-123456789012345678901234567890".parse()?;
/// assert_eq!(big.to_string(), "-123456789012345678901234567890");
/// assert_eq!(Int::from(7).as_i64(), Some(7));
/// # Ok::<(), itf::ParseIntError>(())
/// ```
#[derive(Clone)]
pub struct Int(Repr);

/// Never `Big` where it fits elsewhere.
#[derive(Clone)]
enum Repr {
    Small(i64),
    /// The same number, read from a JSON number: nobody asks but decoding into a type that is not known beforehand.
    Plain(i64),
    Big(Arc<IBig>),
}

impl PartialEq for Int {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Big(a), Repr::Big(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => self.as_i64().is_some() && self.as_i64() == other.as_i64(),
        }
    }
}

impl Eq for Int {}

impl std::hash::Hash for Int {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.structural_hash());
    }
}

impl Int {
    /// The number, if it fits.
    ///
    /// ```
    /// # use itf::Int;
    /// assert_eq!(Int::from(1_u64 << 63).as_i64(), None);
    /// ```
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(n) | Repr::Plain(n) => Some(*n),
            Repr::Big(_) => None,
        }
    }

    /// The number as a big integer of the crate `dashu-int`.
    ///
    /// ```
    /// # use itf::Int;
    /// assert_eq!(Int::from(5).to_big() * 2, 10.into());
    /// ```
    pub fn to_big(&self) -> IBig {
        match &self.0 {
            Repr::Small(n) | Repr::Plain(n) => IBig::from(*n),
            Repr::Big(n) => IBig::clone(n),
        }
    }

    /// Whether the number is less than zero.
    ///
    /// ```
    /// # use itf::Int;
    /// assert!(Int::from(-1).is_negative());
    /// ```
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small(n) | Repr::Plain(n) => *n < 0,
            Repr::Big(n) => **n < IBig::ZERO,
        }
    }

    /// This number as one read from a JSON number.
    pub(crate) fn into_plain(self) -> Self {
        self.as_i64().map_or(self, |n| Self(Repr::Plain(n)))
    }

    /// Whether the number was read from a JSON number.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.0, Repr::Plain(_))
    }

    pub(super) fn is_alone(&self) -> bool {
        matches!(&self.0, Repr::Big(n) if Arc::is_unique(n))
    }

    pub(super) fn structural_hash(&self) -> u64 {
        match &self.0 {
            #[expect(clippy::cast_sign_loss, reason = "only the bits matter")]
            Repr::Small(n) | Repr::Plain(n) => weighed(mix(kind::INT, *n as u64), 1),
            Repr::Big(n) => {
                let bytes = n.to_le_bytes();
                weighed(mix(kind::INT, hash_bytes(&bytes)), 1 + bytes.len() as u64 / 8)
            }
        }
    }
}

impl From<IBig> for Int {
    fn from(n: IBig) -> Self {
        i64::try_from(&n).map_or_else(|_| Self(Repr::Big(Arc::new(n))), |n| Self(Repr::Small(n)))
    }
}

macro_rules! int_from {
    ($($small:ty),* ; $($big:ty),*) => {
        $(impl From<$small> for Int {
            fn from(n: $small) -> Self {
                Self(Repr::Small(i64::from(n)))
            }
        })*
        $(impl From<$big> for Int {
            fn from(n: $big) -> Self {
                i64::try_from(n).map_or_else(|_| IBig::from(n).into(), |n| Self(Repr::Small(n)))
            }
        })*
    };
}

int_from!(i8, i16, i32, i64, u8, u16, u32; u64, i128, u128, usize, isize);

/// Text that is no integer: not an optional `-` and at least one digit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an integer: expected an optional '-' and decimal digits")]
pub struct ParseIntError(());

/// `[-]digits`, as in ADR-015. Leading zeros and `-0` are read as the number they mean.
impl FromStr for Int {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseIntError(()));
        }
        if digits.len() <= 18 {
            return text.parse().map(|n| Self(Repr::Small(n))).map_err(|_| ParseIntError(()));
        }
        IBig::from_str_radix(text, 10).map(Self::from).map_err(|_| ParseIntError(()))
    }
}

impl fmt::Display for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(n) | Repr::Plain(n) => fmt::Display::fmt(n, f),
            Repr::Big(n) => fmt::Display::fmt(&**n, f),
        }
    }
}

impl fmt::Debug for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Ord for Int {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(a) | Repr::Plain(a), Repr::Small(b) | Repr::Plain(b)) => a.cmp(b),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl PartialOrd for Int {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
