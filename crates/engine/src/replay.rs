//! A stored conversation once more, with another model, prompt or set of guardrails. Tools answer from the record, so nothing leaves
//! the house but the questions to the models; those cost what they cost, and are recorded.

use domain::access::Right;
use domain::id::ConversationId;
use domain::turn::{MAX_REPLAY_TURNS, Purpose, ReplayAsk, ReplayTurn, Replayed, Side, TurnRecord, difference};

use crate::turn::{self, TurnAsk};
use crate::{Cx, Error, Result, tools};

/// The turns of a conversation that can be run again, oldest first: at most the newest twenty that came to an end.
pub async fn turns(cx: &Cx, id: ConversationId) -> Result<Vec<TurnRecord>> {
    let mut tx = cx.read().await?;
    db::conversations::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    Ok(db::turns::of_conversation(&mut tx, id, i64::from(MAX_REPLAY_TURNS)).await?)
}

/// Runs turns of a conversation again, one after the other. Each begins from what was really said before it, so that one different
/// answer does not change what the next is compared with.
pub async fn run(cx: &Cx, id: ConversationId, ask: ReplayAsk) -> Result<Replayed> {
    cx.may(Right::Write)?;
    ask.check().into_result()?;
    let mut turns = turns(cx, id).await?;
    if !ask.turns.is_empty() {
        turns.retain(|turn| ask.turns.contains(&turn.id));
    }
    if turns.is_empty() {
        return Err(Error::Conflict(
            "No agent has answered in this conversation yet, so there is nothing to replay.".into(),
        ));
    }
    let mut replayed = Replayed::default();
    for before in turns {
        let turn = again(cx, &before, &ask).await?;
        let differs = turn.before.outcome.word() != turn.after.outcome.word()
            || turn.before.outcome.text() != turn.after.outcome.text();
        replayed.differ += u32::from(differs);
        replayed.turns.push(turn);
    }
    Ok(replayed)
}

/// One turn once more.
async fn again(cx: &Cx, before: &TurnRecord, ask: &ReplayAsk) -> Result<ReplayTurn> {
    let mut draft = before.draft.clone();
    if let Some(model) = &ask.model {
        draft.models = vec![model.clone()];
    }
    if let Some(prompt) = &ask.prompt {
        draft.prompt.clone_from(prompt);
    }
    if let Some(guardrails) = &ask.guardrails {
        draft.guardrails.clone_from(guardrails);
    }
    let turn = TurnAsk {
        draft: &draft,
        agent_id: before.agent_id,
        // With anything changed it is no saved version any more.
        version: before.version_id.zip(before.version).filter(|_| draft == before.draft),
        purpose: Purpose::Replay,
        lead_name: before.lead_name.as_deref(),
        channel: before.channel,
        campaign_name: before.campaign_name.as_deref(),
        workspace_name: &before.workspace_name,
        input: &before.input,
        history: before.history.clone(),
        conversation: None,
        recorded: Some(before),
        guardrails_off: false,
    };
    let after = *turn::run(cx, turn, &mut |_| {}).await?.record;
    let unanswered = |used: &&domain::turn::ToolUse| used.result["error"] == tools::NOT_RECORDED;
    Ok(ReplayTurn {
        input: before.input.clone(),
        changes: difference(&before.outcome.text(), &after.outcome.text()),
        unanswered_tools: after.tools.iter().filter(unanswered).map(|used| used.name.clone()).collect(),
        before: Side::of(before),
        after: Side::of(&after),
    })
}
