//! Where the providers are and how we prove who we are. Read from the environment by the server, not here.

use std::fmt;

/// A key that does not print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a key. Spaces and line ends around it, as left by copying, are dropped.
    pub fn new(key: impl AsRef<str>) -> Self {
        Self(key.as_ref().trim().to_owned())
    }

    /// The key itself, for the one header that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Which providers can be used, and where they are.
#[derive(Debug, Clone)]
pub struct Settings {
    /// OpenAI's base address, the version included.
    pub openai_base_url: String,
    /// Without it OpenAI is not set up.
    pub openai_api_key: Option<Secret>,
    /// Anthropic's base address. We add `/v1/messages`.
    pub anthropic_base_url: String,
    /// Without it Anthropic is not set up.
    pub anthropic_api_key: Option<Secret>,
    /// Gemini's base address. We add `/v1beta/models/…`.
    pub gemini_base_url: String,
    /// Without it Gemini is not set up.
    pub gemini_api_key: Option<Secret>,
    /// The base address of any host that speaks OpenAI's chat completions, the version included.
    pub compatible_base_url: Option<String>,
    /// Its key, if it wants one.
    pub compatible_api_key: Option<Secret>,
    /// The models it offers, for the picker. Others can still be named by hand.
    pub compatible_models: Vec<String>,
    /// Whether the scripted model may be used. Production says no.
    pub scripted: bool,
    /// A Redis through which several processes tell each other which models rest. May hold a password.
    pub redis_url: Option<Secret>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            openai_base_url: "https://api.openai.com/v1".into(),
            openai_api_key: None,
            anthropic_base_url: "https://api.anthropic.com".into(),
            anthropic_api_key: None,
            gemini_base_url: "https://generativelanguage.googleapis.com".into(),
            gemini_api_key: None,
            compatible_base_url: None,
            compatible_api_key: None,
            compatible_models: Vec::new(),
            scripted: true,
            redis_url: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_never_printed() {
        let key = Secret::new(" sk-very-secret\n");
        assert_eq!(key.expose(), "sk-very-secret");
        let settings = Settings { openai_api_key: Some(key), ..Settings::default() };
        let printed = format!("{settings:?} {settings:#?}");
        assert!(printed.contains("***") && !printed.contains("very-secret"), "{printed}");
    }
}
