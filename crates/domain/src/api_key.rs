//! Keys for programs: what a key may be used for and what is shown of it. The key itself is never here.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::id::ApiKeyId;
use crate::problem::Problems;
use crate::text;

/// How every key begins, so that it is known for one wherever it turns up.
pub const KEY_START: &str = "ao_";

closed_list! {
    /// What a key opens.
    pub enum KeyScope {
        /// The REST API, with the rights of a member.
        Api = "api",
        /// The model gateway at `/v1`.
        Gateway = "gateway",
        /// The MCP server.
        Mcp = "mcp",
    }
}

impl KeyScope {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Api => "REST API",
            Self::Gateway => "Model gateway",
            Self::Mcp => "MCP server",
        }
    }

    /// What it is for, in a sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Api => "Reads and changes what a member may, at /api.",
            Self::Gateway => "Asks models through /v1/chat/completions, under the budgets.",
            Self::Mcp => "Gives the five tools to an MCP client, at /mcp.",
        }
    }
}

/// What a new key is made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyDraft {
    /// What it is called: the program that uses it.
    #[serde(default)]
    pub name: String,
    /// What it opens; at least one.
    #[serde(default)]
    pub scopes: Vec<KeyScope>,
}

impl ApiKeyDraft {
    /// Everything that keeps it from being made.
    pub fn check(&self) -> Problems {
        let mut problems = Problems::none();
        text::required(&mut problems, "name", &self.name, 80);
        if self.scopes.is_empty() {
            problems.add("scopes", "Choose at least one thing that the key opens.");
        }
        problems
    }
}

/// A key as it is shown in lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// Its beginning, for telling keys apart.
    pub prefix: String,
    /// What it opens.
    pub scopes: Vec<KeyScope>,
    /// Who made it; the key acts in their name.
    pub made_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key that was just made. Its secret is shown this once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewApiKey {
    /// As it will be listed.
    #[serde(flatten)]
    pub key: ApiKey,
    /// The key itself. Nobody can show it again.
    pub secret: String,
}
