//! Running a trace against an implementation, step by step, within a test.

use crate::trace::Trace;

/// Drives an implementation along a trace of decoded states.
pub trait Runner {
    /// The state of the implementation.
    type ActualState;
    /// What a step gives back.
    type Result;
    /// A state of the trace.
    type ExpectedState;
    /// What may go wrong beside a difference.
    type Error;

    /// Brings the implementation into the first state.
    ///
    /// # Errors
    ///
    /// What the implementation says.
    fn init(&mut self, expected: &Self::ExpectedState) -> Result<Self::ActualState, Self::Error>;

    /// Does the step that leads to `expected`.
    ///
    /// # Errors
    ///
    /// What the implementation says.
    fn step(
        &mut self,
        actual: &mut Self::ActualState,
        expected: &Self::ExpectedState,
    ) -> Result<Self::Result, Self::Error>;

    /// Whether the step gave back what it should.
    ///
    /// # Errors
    ///
    /// What the implementation says.
    fn result_invariant(
        &self,
        result: &Self::Result,
        expected: &Self::ExpectedState,
    ) -> Result<bool, Self::Error>;

    /// Whether the implementation is in the state it should be in.
    ///
    /// # Errors
    ///
    /// What the implementation says.
    fn state_invariant(
        &self,
        actual: &Self::ActualState,
        expected: &Self::ExpectedState,
    ) -> Result<bool, Self::Error>;
}

impl<S> Trace<S> {
    /// Runs the trace on `runner`.
    ///
    /// # Errors
    ///
    /// The first error of the runner.
    ///
    /// # Panics
    ///
    /// At the first invariant that does not hold, with the number of the step: this is for tests.
    ///
    /// ```
    /// struct Count;
    /// impl itf::Runner for Count {
    ///     type ActualState = i64;
    ///     type Result = ();
    ///     type ExpectedState = i64;
    ///     type Error = std::convert::Infallible;
    ///     fn init(&mut self, expected: &i64) -> Result<i64, Self::Error> { Ok(*expected) }
    ///     fn step(&mut self, actual: &mut i64, _: &i64) -> Result<(), Self::Error> { *actual += 1; Ok(()) }
    ///     fn result_invariant(&self, (): &(), _: &i64) -> Result<bool, Self::Error> { Ok(true) }
    ///     fn state_invariant(&self, actual: &i64, expected: &i64) -> Result<bool, Self::Error> { Ok(actual == expected) }
    /// }
    /// #[derive(serde::Deserialize)]
    /// struct State { n: i64 }
    /// let trace = itf::trace_from_str::<State>(r#"{"vars":["n"],"states":[{"n":1},{"n":2}]}"#)?;
    /// let trace = itf::Trace { states: trace.states.into_iter().map(|s| s.value.n.into()).collect(), ..itf::Trace::<i64>::default() };
    /// trace.run_on(Count).unwrap();
    /// # Ok::<(), itf::Error>(())
    /// ```
    pub fn run_on<R, E>(&self, mut runner: R) -> Result<(), E>
    where
        R: Runner<ExpectedState = S, Error = E>,
    {
        let Some((first, rest)) = self.states.split_first() else { return Ok(()) };
        let mut actual = runner.init(&first.value)?;
        assert!(
            runner.state_invariant(&actual, &first.value)?,
            "State Invariant failed after Initialization"
        );
        for (step, expected) in rest.iter().enumerate().map(|(at, state)| (at + 1, &state.value)) {
            let result = runner.step(&mut actual, expected)?;
            assert!(runner.result_invariant(&result, expected)?, "Result Invariant failed after step {step}");
            assert!(runner.state_invariant(&actual, expected)?, "State Invariant failed after step {step}");
        }
        Ok(())
    }
}
