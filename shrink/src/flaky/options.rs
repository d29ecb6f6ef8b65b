//! What is asked of a failure that does not show in every run.

/// How sure one wants to be. The default is a floor of a quarter of the original's rate and 95 % confidence.
///
/// ```
/// let options = itf_shrink::FlakyOptions { min_rate: Some(0.3), ..Default::default() };
/// assert_eq!(options.confidence, 0.95);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FlakyOptions {
    /// The result should fail at least at this rate. By default a quarter of the original's.
    pub min_rate: Option<f64>,
    /// Confidence in all decisions taken together, and in the bound that is reported.
    pub confidence: f64,
    /// The rate at which something that does not have the failure shows it all the same: noise of the harness.
    pub false_hits: f64,
    /// A hit cannot be false: the first one accepts. Cheaper; the floor is then held at the end only.
    pub trust_hits: bool,
    /// The most runs of one candidate. With 1 the oracle is taken for deterministic, without looking.
    pub max_runs: Option<usize>,
    /// After so many runs without a hit the original counts as one that does not fail. The default, 58, means a rate
    /// below 5 % with 95 % confidence.
    pub patience: usize,
}

impl Default for FlakyOptions {
    fn default() -> Self {
        FlakyOptions {
            min_rate: None,
            confidence: 0.95,
            false_hits: 0.0,
            trust_hits: false,
            max_runs: None,
            patience: 58,
        }
    }
}
