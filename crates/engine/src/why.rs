//! "Why this message?": what is known about how a message came to be. Reads only.

use domain::id::MessageId;
use domain::message::Author;
use domain::turn::{Outcome, TurnRecord, Why};

use crate::{Cx, Error, Result};

/// Everything behind a message of any author.
pub async fn of_message(cx: &Cx, id: MessageId) -> Result<Why> {
    let mut tx = cx.read().await?;
    let behind = db::turns::behind(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let turn = match behind.turn {
        Some(turn) => db::turns::find(&mut tx, turn).await?,
        None => None,
    };
    drop(tx);
    let by = match behind.message.author {
        Author::Lead => behind.lead.clone(),
        Author::Agent => behind.agent.clone().unwrap_or_else(|| "An agent".into()),
        Author::Operator => behind.operator.clone().unwrap_or_else(|| "An operator".into()),
        Author::Campaign => behind.campaign.clone().unwrap_or_else(|| "A campaign".into()),
    };
    let sentence = sentence(behind.message.author, &by, &behind, turn.as_ref());
    Ok(Why {
        message: behind.message,
        sentence,
        by,
        campaign: behind.campaign,
        step: behind.step,
        template: behind.template,
        turn: turn.map(Box::new),
    })
}

fn sentence(author: Author, by: &str, behind: &db::turns::Behind, turn: Option<&TurnRecord>) -> String {
    let template = behind.template.as_ref().map(|name| format!(" from the template \"{name}\"")).unwrap_or_default();
    match (author, turn.map(|t| (&t.outcome, t))) {
        (Author::Lead, _) => format!("{by} wrote this to us."),
        (Author::Operator, _) => format!("{by} wrote this{template}."),
        (Author::Campaign, _) => {
            let step = behind.step.as_ref().map(|step| format!("The step \"{step}\" of ")).unwrap_or_default();
            format!("{step}{by} sent this{template}, word for word.")
        }
        (Author::Agent, Some((Outcome::Escalated { handover }, _))) => {
            let why = handover.reason.label();
            format!("{by} handed over to a human ({why}) and said this meanwhile. No model wrote it.")
        }
        (Author::Agent, Some((_, TurnRecord { stand_in: Some(template), .. }))) => {
            format!("No model could be paid any more, so {by} sent the template \"{}\", word for word.", template.name)
        }
        (Author::Agent, Some((_, turn))) => {
            let model = turn.figures.as_ref().map(|f| format!(" with {}", f.model)).unwrap_or_default();
            let version = turn.version.map(|v| format!(", version {v},")).unwrap_or_default();
            format!("{by}{version} wrote this{model}; no rule kept it from being sent.")
        }
        (Author::Agent, None) => format!("{by} wrote this before turns were kept; nothing more is known."),
    }
}
