//! All server functions of the Test Console.

use domain::agent::Agent;
use domain::id::AgentId;
use domain::turn::TestAsk;
use leptos::prelude::*;
use leptos::server_fn::codec::{ByteStream, Json, Streaming};

#[cfg(feature = "ssr")]
use crate::backend::cx;
use crate::error::AppError;

/// The agent under test, from the id in the address.
#[server(prefix = "/fn", input = Json)]
pub async fn console_agent(id: String) -> Result<Agent, AppError> {
    let cx = cx().await?;
    let id: AgentId = id.parse().map_err(|_| engine::Error::NotFound)?;
    let mut tx = cx.read().await?;
    Ok(db::agents::find(&mut tx, id).await?.ok_or(engine::Error::NotFound)?)
}

/// Runs one turn: a line of JSON per [`domain::turn::TurnEvent`], as it happens. Dropping the stream stops the model.
#[server(prefix = "/fn", input = Json, output = Streaming)]
pub async fn run_turn(id: AgentId, ask: TestAsk) -> Result<ByteStream<AppError>, AppError> {
    let cx = cx().await?;
    Ok(ByteStream::new(super::stream::of_turn(cx, id, ask)))
}
