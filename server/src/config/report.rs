//! What is said at start: which settings are set, missing, or still a placeholder.
//!
//! Values of secrets never appear here.

use std::fmt;

use super::{SETTINGS, Setting, Source};

/// How a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Given in the environment or `.env`.
    Set,
    /// Not given; its default holds.
    Default,
    /// Not given, and it has no default.
    Missing,
    /// Given, but with a value that documentation puts where a real one belongs.
    Placeholder,
}

impl Standing {
    /// The word in the report.
    fn as_str(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Default => "default",
            Self::Missing => "missing",
            Self::Placeholder => "placeholder",
        }
    }
}

/// The settings and how each stands.
pub struct Report {
    lines: Vec<(&'static Setting, Standing, String)>,
    unknown: Vec<String>,
}

impl Report {
    /// Looks at every setting.
    pub fn of(source: &Source) -> Self {
        let line = |setting: &'static Setting| {
            let (standing, shown) = match source.raw(setting.name) {
                Some(_) if source.has_placeholder(setting.name) => (Standing::Placeholder, String::new()),
                Some(_) if setting.secret => (Standing::Set, "***".to_owned()),
                Some(value) => (Standing::Set, value.to_owned()),
                None if setting.default.is_empty() => (Standing::Missing, String::new()),
                None => (Standing::Default, setting.default.to_owned()),
            };
            (setting, standing, shown)
        };
        Self { lines: SETTINGS.iter().map(line).collect(), unknown: source.unknown().to_vec() }
    }

    /// How one setting stands.
    pub fn standing(&self, name: &str) -> Option<Standing> {
        self.lines.iter().find(|(setting, ..)| setting.name == name).map(|(_, standing, _)| *standing)
    }

    /// A line each for the start: what is set, missing, a placeholder, unknown. What is empty has none.
    pub fn summary(&self) -> String {
        let names = |standing: Standing| {
            let found = self.lines.iter().filter(|line| line.1 == standing).map(|line| line.0.name);
            found.collect::<Vec<_>>().join(", ")
        };
        let mut text = String::new();
        for (label, list) in [
            ("set:        ", names(Standing::Set)),
            ("missing:    ", names(Standing::Missing)),
            ("placeholder:", names(Standing::Placeholder)),
            ("unknown:    ", self.unknown.join(", ")),
        ] {
            if !list.is_empty() {
                text.push_str(&format!("  {label} {list}\n"));
            }
        }
        if let Some(advice) = self.advice() {
            text.push_str(&format!("  {advice}\n"));
        }
        text
    }

    /// What is allowed, and hardly meant. The server speaks no TLS, so production always has a proxy in front.
    fn advice(&self) -> Option<&'static str> {
        let is_production =
            self.lines.iter().any(|(setting, _, shown)| setting.name == "APP_ENV" && shown == "production");
        (is_production && self.standing("TRUST_PROXY") != Some(Standing::Set)).then_some(
            "TRUST_PROXY is not set: everybody seems to come from your proxy's address, and whoever guesses passwords there makes others wait. \
             Set it to true behind a proxy that writes X-Forwarded-For, to false where there is none.",
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (setting, standing, shown) in &self.lines {
            writeln!(f, "{:<30} {:<12} {:<28} {}", setting.name, standing.as_str(), shown, setting.reason)?;
        }
        if let Some(advice) = self.advice() {
            writeln!(f, "{advice}")?;
        }
        for name in &self.unknown {
            writeln!(f, "{name:<30} {:<12} {:<28} no setting of this server; misspelt?", "unknown", "")?;
        }
        Ok(())
    }
}
