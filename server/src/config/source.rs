//! Where values come from, and how one value is read.
//!
//! The environment wins over `.env`. An empty value and a placeholder count as not set.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use domain::phone::Phone;
use domain::problem::Problems;
use domain::text::Email;

use super::settings::default_of;
use super::{Account, SETTINGS, Secret};

/// The raw values of the known settings, and the names in `.env` that mean nothing here.
#[derive(Default)]
pub struct Source {
    values: BTreeMap<String, String>,
    unknown: Vec<String>,
}

impl Source {
    /// Reads the environment and the file (if there is one).
    pub fn of_process(file: &Path) -> Result<Self, String> {
        let mut source = Self::default();
        if file.exists() {
            let broken = |error: dotenvy::Error| match error {
                dotenvy::Error::LineParse(..) => format!("`{}` has a line that is not NAME=value.", file.display()),
                other => format!("Cannot read `{}`: {other}.", file.display()),
            };
            for pair in dotenvy::from_path_iter(file).map_err(broken)? {
                let (name, value) = pair.map_err(broken)?;
                if SETTINGS.iter().any(|s| s.name == name) {
                    source.values.insert(name, value);
                } else {
                    source.unknown.push(name);
                }
            }
        }
        for setting in SETTINGS {
            if let Ok(value) = std::env::var(setting.name) {
                source.values.insert(setting.name.to_owned(), value);
            }
        }
        Ok(source)
    }

    /// Values given in place, for tests.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let values = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { values, unknown: Vec::new() }
    }

    /// What is written there, trimmed; `None` for nothing.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether the value is one that documentation puts where a real one belongs.
    pub(super) fn has_placeholder(&self, name: &str) -> bool {
        self.raw(name).is_some_and(is_placeholder)
    }

    /// Names in `.env` that are no settings, most likely misspelt.
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

fn is_placeholder(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let inner = value.trim_start_matches("sk-ant-").trim_start_matches("sk-").trim_start_matches("ac");
    let repeated = inner.len() >= 3 && inner.bytes().all(|b| matches!(b, b'x' | b'.' | b'*'));
    let begins = ["your-", "your_", "<", "replace-", "replace_", "todo"].iter().any(|start| value.starts_with(start));
    let holds = ["changeme", "change-me", "change_me", "://your-", "@your-"].iter().any(|word| value.contains(word));
    repeated || begins || holds || value == "sk-" || value == "sk-ant-"
}

/// Reads values one by one and gathers what is wrong.
pub(super) struct Reader<'a> {
    source: &'a Source,
    pub(super) problems: Problems,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, problems: Problems::none() }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        debug_assert!(SETTINGS.iter().any(|s| s.name == name), "`{name}` is not in the list of settings");
        self.source.raw(name).filter(|value| !is_placeholder(value)).map(str::to_owned)
    }

    pub(super) fn secret(&mut self, name: &'static str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }

    pub(super) fn parse<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> T {
        let fallback = || default_of(name).parse().unwrap_or_else(|_| unreachable!("the default of {name} is valid"));
        match self.text(name).map(|text| text.parse::<T>()) {
            None => fallback(),
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                let reason = error.to_string();
                let reason = reason.trim_end_matches('.');
                self.problems
                    .add(name, format!("Cannot be read: {reason}. Without it the default is {}.", default_of(name)));
                fallback()
            }
        }
    }

    pub(super) fn at_least_one(&mut self, name: &'static str) -> u32 {
        let value = self.parse(name);
        if value == 0 {
            self.problems.add(name, "Must be 1 or more.");
        }
        value
    }

    pub(super) fn not_negative(&mut self, name: &'static str) -> f64 {
        let value: f64 = self.parse(name);
        if !value.is_finite() || value < 0.0 {
            self.problems.add(name, "Must be 0 or more.");
        }
        value
    }

    pub(super) fn url(&mut self, name: &'static str) -> Option<String> {
        let text = self.text(name)?;
        let fine = text.parse::<http::Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() && uri.query().is_none()
        });
        if !fine {
            self.problems.add(name, "Give an address that begins with http:// or https://.");
        }
        Some(text.trim_end_matches('/').to_owned())
    }

    pub(super) fn url_or_default(&mut self, name: &'static str) -> String {
        self.url(name).unwrap_or_else(|| default_of(name).to_owned())
    }

    pub(super) fn email(&mut self, name: &'static str) -> Email {
        let default =
            || Email::parse(default_of(name)).unwrap_or_else(|_| unreachable!("the default of {name} is valid"));
        match self.text(name) {
            None => default(),
            Some(text) => {
                let parsed = Email::parse(&text);
                self.problems.take(name, parsed).unwrap_or_else(default)
            }
        }
    }

    pub(super) fn phone(&mut self, name: &'static str) -> Option<Phone> {
        let parsed = Phone::parse(&self.text(name)?);
        self.problems.take(name, parsed)
    }

    pub(super) fn log_level(&mut self, name: &'static str) -> String {
        let text = self.text(name).unwrap_or_else(|| default_of(name).to_owned());
        if tracing_subscriber::EnvFilter::try_new(&text).is_err() {
            self.problems.add(name, "Give error, warn, info, debug, trace, or a filter such as `info,engine=debug`.");
        }
        text
    }

    pub(super) fn account(&mut self) -> Option<Account> {
        match (self.text("TWILIO_ACCOUNT_SID"), self.secret("TWILIO_AUTH_TOKEN")) {
            (None, None) => None,
            (Some(sid), Some(token)) => {
                if !sid.starts_with("AC") {
                    self.problems.add("TWILIO_ACCOUNT_SID", "An account's id begins with AC.");
                }
                Some(Account { sid, token })
            }
            (Some(_), None) => {
                self.problems
                    .add("TWILIO_AUTH_TOKEN", "Is missing, while `TWILIO_ACCOUNT_SID` is set; give both or none.");
                None
            }
            (None, Some(_)) => {
                self.problems
                    .add("TWILIO_ACCOUNT_SID", "Is missing, while `TWILIO_AUTH_TOKEN` is set; give both or none.");
                None
            }
        }
    }
}
