//! Helpers for fields, to be used with `#[serde(with = "As::<…>")]`.

use dashu_int::IBig;
use serde::{Deserialize, Serialize};

/// An integer of any type that a big integer can become, where the type is not known beforehand: in untagged and
/// internally tagged enums.
///
/// ```
/// use itf::de::{As, Integer};
/// use std::collections::HashMap;
///
/// #[derive(serde::Deserialize)]
/// #[serde(tag = "kind")]
/// enum Step {
///     Send {
///         #[serde(with = "As::<HashMap<Integer, Integer>>")]
///         amounts: HashMap<i64, u64>,
///     },
/// }
/// let json = serde_json::json!({"kind": "Send", "amounts": {"#map": [[{"#bigint": "1"}, {"#bigint": "2"}]]}});
/// let Step::Send { amounts } = itf::from_value(json)?;
/// assert_eq!(amounts[&1], 2);
/// # Ok::<(), itf::Error>(())
/// ```
pub type Integer = serde_with::TryFromInto<IBig>;

/// A variant `Some` or `None` as an [`std::option::Option`]. A field of that type decodes without help too; this is for
/// items within others.
///
/// ```
/// use itf::de::{self, As};
///
/// #[derive(serde::Deserialize)]
/// struct Foo {
///     #[serde(with = "As::<Vec<de::Option<_>>>")]
///     foo: Vec<Option<u64>>,
/// }
/// let json = serde_json::json!({"foo": [{"tag": "Some", "value": 42}, {"tag": "None", "value": {}}]});
/// assert_eq!(itf::from_value::<Foo>(json)?.foo, [Some(42), None]);
/// # Ok::<(), itf::Error>(())
/// ```
pub type Option<T> = serde_with::FromInto<QuintOption<T>>;

/// A variant `Ok` or `Err` as a [`std::result::Result`].
///
/// ```
/// use itf::de::{self, As};
///
/// #[derive(serde::Deserialize)]
/// struct Foo {
///     #[serde(with = "As::<de::Result<_, _>>")]
///     foo: Result<u64, String>,
/// }
/// let json = serde_json::json!({"foo": {"tag": "Err", "value": "late"}});
/// assert_eq!(itf::from_value::<Foo>(json)?.foo, Err("late".to_owned()));
/// # Ok::<(), itf::Error>(())
/// ```
pub type Result<T, E> = serde_with::FromInto<QuintResult<T, E>>;

/// [`std::option::Option`] as specifications have it.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "tag", content = "value")]
pub enum QuintOption<T> {
    /// Nothing.
    #[default]
    None,
    /// Something.
    Some(T),
}

impl<T> From<std::option::Option<T>> for QuintOption<T> {
    fn from(option: std::option::Option<T>) -> Self {
        option.map_or(Self::None, Self::Some)
    }
}

impl<T> From<QuintOption<T>> for std::option::Option<T> {
    fn from(option: QuintOption<T>) -> Self {
        match option {
            QuintOption::Some(value) => Self::Some(value),
            QuintOption::None => Self::None,
        }
    }
}

/// [`std::result::Result`] as specifications have it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "tag", content = "value")]
pub enum QuintResult<T, E> {
    /// It went well.
    Ok(T),
    /// It did not.
    Err(E),
}

impl<T, E> From<std::result::Result<T, E>> for QuintResult<T, E> {
    fn from(result: std::result::Result<T, E>) -> Self {
        match result {
            Ok(value) => Self::Ok(value),
            Err(error) => Self::Err(error),
        }
    }
}

impl<T, E> From<QuintResult<T, E>> for std::result::Result<T, E> {
    fn from(result: QuintResult<T, E>) -> Self {
        match result {
            QuintResult::Ok(value) => Self::Ok(value),
            QuintResult::Err(error) => Self::Err(error),
        }
    }
}
