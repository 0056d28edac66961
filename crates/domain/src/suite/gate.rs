//! Whether a version may be published, and how far a test can be trusted.

use serde::{Deserialize, Serialize};

use crate::id::AgentVersionId;

/// What an agent's tests say about a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SuiteGate))]
#[serde(tag = "gate", rename_all = "snake_case")]
pub enum Gate {
    /// Every test passed on it, as it stands now; or there is none.
    Ok {
        /// How many.
        passed: i64,
    },
    /// Not every test did.
    Red {
        /// The names of those that failed.
        failing: Vec<String>,
        /// The names of those that have not run on it since they were last changed.
        not_run: Vec<String>,
    },
}

impl Gate {
    /// What each test came to on the version: its name, and how its newest result came out, if there is one.
    pub fn of(results: &[(String, Option<bool>)]) -> Self {
        let named = |want: Option<bool>| -> Vec<String> {
            results.iter().filter(|(_, passed)| *passed == want).map(|(name, _)| name.clone()).collect()
        };
        let (failing, not_run) = (named(Some(false)), named(None));
        if failing.is_empty() && not_run.is_empty() {
            return Self::Ok { passed: i64::try_from(results.len()).unwrap_or(i64::MAX) };
        }
        Self::Red { failing, not_run }
    }

    /// Whether a version may be published as it is.
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Ok { .. })
    }

    /// For people.
    pub fn sentence(&self) -> String {
        let some = |names: &[String]| match names {
            [] => String::new(),
            [one] => format!("“{one}”"),
            [one, rest @ ..] => format!("“{one}” and {} more", rest.len()),
        };
        match self {
            Self::Ok { passed: 0 } => "There are no tests.".to_owned(),
            Self::Ok { passed: 1 } => "The one test passes.".to_owned(),
            Self::Ok { passed } => format!("All {passed} tests pass."),
            Self::Red { failing, not_run } if not_run.is_empty() => format!("Failing: {}.", some(failing)),
            Self::Red { failing, not_run } if failing.is_empty() => {
                format!("Not run on this version yet: {}.", some(not_run))
            }
            Self::Red { failing, not_run } => {
                format!("Failing: {}. Not run on this version yet: {}.", some(failing), some(not_run))
            }
        }
    }
}

/// How a test once came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// On which version.
    pub version: AgentVersionId,
    /// In which wording of the test.
    pub revision: i32,
    /// How.
    pub passed: bool,
}

/// How often a test came out differently although neither it nor the agent had changed, in percent of the times it could have. None
/// when it never ran twice on the same version.
pub fn flake_percent(newest_first: &[Past]) -> Option<u8> {
    let pairs = newest_first.windows(2).filter(|p| p[0].version == p[1].version && p[0].revision == p[1].revision);
    let (mut all, mut differ) = (0_u64, 0_u64);
    for pair in pairs {
        all += 1;
        differ += u64::from(pair[0].passed != pair[1].passed);
    }
    (all > 0).then(|| u8::try_from((differ * 100 + all / 2) / all).unwrap_or(100))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_version_is_green_when_every_test_passed_on_it() {
        let named = |name: &str, passed| (name.to_owned(), passed);
        assert_eq!(Gate::of(&[]), Gate::Ok { passed: 0 });
        assert!(Gate::of(&[named("a", Some(true)), named("b", Some(true))]).is_ok());
        let red = Gate::of(&[named("a", Some(true)), named("b", Some(false)), named("c", None)]);
        assert_eq!(red, Gate::Red { failing: vec!["b".into()], not_run: vec!["c".into()] });
        assert_eq!(red.sentence(), "Failing: “b”. Not run on this version yet: “c”.");
        assert_eq!(
            Gate::of(&[named("c", None), named("d", None)]).sentence(),
            "Not run on this version yet: “c” and 1 more."
        );
    }

    #[test]
    fn a_test_flakes_when_nothing_but_its_result_changed() {
        let past = |version: u128, revision, passed| Past {
            version: AgentVersionId::new(Uuid::from_u128(version)),
            revision,
            passed,
        };
        assert_eq!(flake_percent(&[]), None);
        assert_eq!(flake_percent(&[past(1, 1, true)]), None);
        assert_eq!(flake_percent(&[past(2, 1, true), past(1, 1, false)]), None, "the agent changed");
        assert_eq!(flake_percent(&[past(1, 2, true), past(1, 1, false)]), None, "the test changed");
        assert_eq!(flake_percent(&[past(1, 1, true), past(1, 1, true)]), Some(0));
        let often = [past(1, 1, true), past(1, 1, false), past(1, 1, true), past(1, 1, true)];
        assert_eq!(flake_percent(&often), Some(67));
    }
}
