//! Amounts in whole millionths of a currency unit. No floats; round once, at display.

use serde::{Deserialize, Serialize};

/// Micro-dollars: 1_000_000 is one US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// The price of `tokens` at `per_million` micro-dollars per million tokens, rounded up so that a call is never free by rounding.
    pub fn for_tokens(tokens: u32, per_million: i64) -> Self {
        let exact = i128::from(tokens) * i128::from(per_million);
        Self(i64::try_from((exact + 999_999) / 1_000_000).unwrap_or(i64::MAX))
    }

    /// For people: `$0.0042`, with as many digits as small amounts need.
    pub fn show(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        let (whole, part) = (abs / 1_000_000, abs % 1_000_000);
        if abs == 0 || abs >= 10_000_000 || part == 0 {
            // Cents are enough from ten dollars up.
            let cents = (part + 5_000) / 10_000;
            let (whole, cents) = if cents == 100 { (whole + 1, 0) } else { (whole, cents) };
            return format!("{sign}${whole}.{cents:02}");
        }
        let digits = format!("{part:06}");
        let kept = digits.trim_end_matches('0');
        format!("{sign}${whole}.{kept:0<2}")
    }
}

impl std::ops::Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_round_up_and_show_small_amounts() {
        assert_eq!(Micros::for_tokens(1_000_000, 150_000), Micros(150_000));
        assert_eq!(Micros::for_tokens(1, 150_000), Micros(1));
        assert_eq!(Micros::for_tokens(u32::MAX, i64::MAX), Micros(i64::MAX));
        for (amount, shown) in [
            (0, "$0.00"),
            (1, "$0.000001"),
            (4_200, "$0.0042"),
            (1_500_000, "$1.50"),
            (12_999_999, "$13.00"),
            (-4_200, "-$0.0042"),
        ] {
            assert_eq!(Micros(amount).show(), shown);
        }
    }
}
