//! What was said with a person before, over all channels, in a few lines.

use domain::conversation::Conversation;
use domain::message::Author;

use crate::{Cx, Result};

/// How many earlier messages are told.
const MESSAGES: i64 = 12;
/// How many tickets are told.
const TICKETS: i64 = 5;
/// How much of one message is told, in characters.
const LONGEST: usize = 240;

/// The person's tickets and what was said with them over other channels, oldest first. What they wrote is quoted, one line each.
pub async fn customer_history(cx: &Cx, conversation: &Conversation) -> Result<String> {
    let mut tx = cx.read().await?;
    let said = db::turns::said_with(&mut tx, conversation.lead_id, conversation.id, MESSAGES).await?;
    let tickets = db::tickets::of_lead(&mut tx, conversation.lead_id, TICKETS).await?;
    drop(tx);
    let mut lines: Vec<String> = tickets
        .iter()
        .map(|ticket| {
            format!("{} ({}, {}): {}", ticket.number, ticket.status, ticket.channel.label(), one_line(&ticket.subject))
        })
        .collect();
    lines.extend(said.iter().rev().map(|(channel, author, body)| {
        let who = if *author == Author::Lead { "They wrote" } else { "We wrote" };
        format!("{who} over {}: \"{}\"", channel.label(), one_line(body))
    }));
    if lines.is_empty() {
        return Ok("Nothing before this conversation.".into());
    }
    Ok(lines.join("\n"))
}

/// A text as one short line: what somebody wrote must not carry lines of its own into what a model is told.
fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', "'")
}
