//! The registry of id types: one type per noun, so that a lead's id never passes for an agent's.
//!
//! Ids are UUIDv7, made in `engine` only. People and JSON see them with a short prefix (`agt_…`);
//! parsing refuses another prefix. Postgres stores the bare `uuid`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id that starts with `{prefix}_`")]
pub struct ParseIdError {
    /// The prefix that was wanted.
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What stands before the underscore in the shown form.
            pub const PREFIX: &'static str = $prefix;
            /// Wraps a bare UUID, as the database or `engine` hands it out.
            pub const fn new(uuid: Uuid) -> Self { Self(uuid) }
            /// The bare UUID, as the database wants it.
            pub const fn uuid(self) -> Uuid { self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(|rest| Uuid::try_parse(rest).ok())
                    .map(Self)
                    .ok_or(ParseIdError { prefix: $prefix })
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self { Self(uuid) }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-f]{32}$")))
                    .examples([serde_json::json!(concat!($prefix, "_0199a1b2c3d47e5f8a9b0c1d2e3f4a5b"))])
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        #[cfg(feature = "sqlx")]
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo { <Uuid as sqlx::Type<sqlx::Postgres>>::type_info() }
        }

        #[cfg(feature = "sqlx")]
        impl sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> sqlx::postgres::PgTypeInfo {
                <Uuid as sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }

        #[cfg(feature = "sqlx")]
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Decode<'r, sqlx::Postgres>>::decode(value).map(Self)
            }
        }

        #[cfg(feature = "sqlx")]
        impl<'q> sqlx::Encode<'q, sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buf: &mut <sqlx::Postgres as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Encode<'q, sqlx::Postgres>>::encode_by_ref(&self.0, buf)
            }
        }
    )*};
}

ids! {
    /// A tenant: one agency client, or the one of a single-user installation.
    WorkspaceId = "wsp";
    /// A human operator.
    UserId = "usr";
    /// A signed-in browser.
    SessionId = "ses";
    /// An AI agent.
    AgentId = "agt";
    /// One published state of an agent.
    AgentVersionId = "agv";
    /// A person outside.
    LeadId = "led";
    /// One CSV import.
    ImportId = "imp";
    /// A message template.
    TemplateId = "tpl";
    /// A campaign's drawing.
    FlowId = "flw";
    /// One frozen state of a flow, which runs are pinned to.
    FlowVersionId = "flv";
    /// A campaign.
    CampaignId = "cmp";
    /// One lead in one campaign.
    RunId = "run";
    /// All messages with one lead over one channel.
    ConversationId = "cnv";
    /// One message or call, in or out.
    MessageId = "msg";
    /// One call to a model.
    LlmRequestId = "llm";
    /// Something that happened.
    EventId = "evt";
    /// A piece of queued work.
    JobId = "job";
    /// One webhook call, in or out.
    WebhookLogId = "whl";
    /// A ticket: one thing a person wants solved.
    TicketId = "tkt";
    /// A document or page an agent knows.
    DocumentId = "doc";
    /// A piece of a document, as it is found.
    PassageId = "psg";
    /// A webhook that an agent may call as a tool.
    ActionId = "act";
    /// One AI turn, as it is kept.
    TurnId = "trn";
    /// A saved test of an agent.
    TestId = "tst";
    /// One run of an agent's suite.
    SuiteRunId = "sru";
    /// A limit on what may be spent.
    BudgetId = "bdg";
    /// What a workspace decided for a channel.
    ChannelConfigId = "chn";
    /// A key for the API, the gateway and the MCP server.
    ApiKeyId = "key";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_shown_form_and_refuses_another_nouns() {
        let id = AgentId::new(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse::<AgentId>(), Ok(id));
        assert_eq!(id.to_string().parse::<LeadId>(), Err(ParseIdError { prefix: "led" }));
        assert!("".parse::<AgentId>().is_err());
        assert!("agt_nonsense".parse::<AgentId>().is_err());
        assert_eq!(serde_json::to_string(&id).ok(), Some(format!("\"{id}\"")));
    }
}
