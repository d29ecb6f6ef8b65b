//! Integers of any size, up to a size.

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use crate::expr::builtin::Builtin as B;
use crate::expr::error::{Error, ErrorKind, Span};
use crate::value::{Int, Value};

use super::{Arguments, Evaluated, Machine};

/// The bits of the largest integer: some 300,000 digits.
const MAX_BITS: usize = 1 << 20;

impl<'p> Machine<'p, '_> {
    pub(super) fn integers(&mut self, builtin: B, a: &Arguments<'p>) -> Evaluated<'p> {
        let x = a.int(0)?;
        if builtin == B::Iuminus {
            return Ok(Value::from(Int::from(-x.to_big())).into());
        }
        let y = a.int(1)?;
        let compared = match builtin {
            B::Ilt => Some(x < y),
            B::Ilte => Some(x <= y),
            B::Igt => Some(x > y),
            B::Igte => Some(x >= y),
            _ => None,
        };
        if let Some(holds) = compared {
            return Ok(Value::from(holds).into());
        }
        if let (Some(x), Some(y)) = (x.as_i64(), y.as_i64()) {
            let result = match builtin {
                B::Iadd => x.checked_add(y),
                B::Isub => x.checked_sub(y),
                B::Imul => x.checked_mul(y),
                // As in Quint, towards zero; the remainder has the sign of the dividend. Zero is met below.
                B::Idiv => x.checked_div(y),
                B::Imod => x.checked_rem(y),
                _ => None,
            };
            if let Some(n) = result {
                return Ok(Value::from(n).into());
            }
        }
        let (x, y) = (x.to_big(), y.to_big());
        let bits = x.bit_len() + y.bit_len();
        self.spend(bits / 8, a.span)?;
        let result = match builtin {
            B::Iadd => x + y,
            B::Isub => x - y,
            B::Imul => {
                small_enough(bits, a.span)?;
                x * y
            }
            B::Idiv | B::Imod if y == IBig::ZERO => {
                let error = Error::new(ErrorKind::Undefined, a.nodes[1].span.clone(), "division by zero");
                return Err(error);
            }
            B::Idiv => x / y,
            B::Imod => x % y,
            _ => self.power(x, &y, a)?,
        };
        Ok(Value::from(Int::from(result)).into())
    }

    fn power(&mut self, x: IBig, y: &IBig, a: &Arguments<'p>) -> Result<IBig, Error> {
        if *y < IBig::ZERO {
            return Err(a.error(ErrorKind::Undefined, "a power with a negative exponent is not defined"));
        }
        if *y == IBig::ZERO && x == IBig::ZERO {
            return Err(a.error(ErrorKind::Undefined, "0^0 is not defined"));
        }
        if x == IBig::ZERO || x == IBig::ONE {
            return Ok(x);
        }
        if x == IBig::NEG_ONE {
            return Ok(if (y % IBig::from(2)) == IBig::ZERO { IBig::ONE } else { x });
        }
        let exponent = usize::try_from(y).unwrap_or(usize::MAX);
        let bits = x.bit_len().saturating_mul(exponent);
        small_enough(bits, a.span)?;
        self.spend(bits / 8, a.span)?;
        Ok(x.pow(exponent))
    }
}

fn small_enough(bits: usize, span: &Span) -> Result<(), Error> {
    if bits <= MAX_BITS {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Limit, span.clone(), format!("this integer has more than {MAX_BITS} bits")))
}
