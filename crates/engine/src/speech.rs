//! What an agent's script sounds like: one sample, by the first speech model that is set up, paid from the agent's budget.
//!
//! Not here: calls to people; the phone network has voices of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::Right;
use domain::agent::ModelChoice;
use domain::id::AgentId;
use domain::skill::VoiceScript;
use domain::text;
use llm::Usage;

use crate::budgets::{self, Grant, Scope};
use crate::usage::{self, Asker};
use crate::{Cx, Error, Result};

/// The longest sample, in characters.
const LONGEST: u32 = 2_000;
/// Who reads when the agent names nobody.
const FIRST_VOICE: &str = "alloy";

/// A text read aloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The sound.
    pub audio: Vec<u8>,
    /// What kind of sound, such as `audio/mpeg`.
    pub content_type: String,
}

impl Sample {
    /// As an address that a page can play without asking again.
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.content_type, STANDARD.encode(&self.audio))
    }
}

/// The model that reads samples; none when none is set up.
pub fn speaker(cx: &Cx) -> Option<ModelChoice> {
    cx.parts().models.speakers().into_iter().next().map(|entry| entry.choice)
}

/// Reads a text aloud in an agent's voice: the script of its draft unless another is given. Without a speech model it is a conflict,
/// and a page may let the browser read instead.
pub async fn sample(cx: &Cx, id: AgentId, script: Option<VoiceScript>) -> Result<Sample> {
    cx.may(Right::Write)?;
    let mut tx = cx.read().await?;
    let agent = db::agents::find(&mut tx, id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let script = script.unwrap_or_else(|| agent.draft.voice.clone());
    let spoken = spoken(&script);
    let mut problems = domain::problem::Problems::none();
    text::long(&mut problems, "voice.opening", &spoken, LONGEST);
    if spoken.is_empty() {
        problems.add("voice.opening", "There is nothing to read aloud yet.");
    }
    problems.into_result()?;
    let Some(choice) = speaker(cx) else {
        let reason = "No speech model is set up on this server: give it an OPENAI_API_KEY to hear a real voice.";
        return Err(Error::Conflict(reason.into()));
    };
    let characters = u32::try_from(spoken.chars().count()).unwrap_or(u32::MAX);
    let counted = Usage { prompt_tokens: characters, completion_tokens: 0 };
    let worst = llm::price::worst(std::slice::from_ref(&choice), counted);
    let scope = Scope { agent: Some(id), campaign: None, agent_limit: agent.draft.daily_budget_micros };
    let held = match budgets::reserve(cx, scope, worst).await? {
        Grant::Reserved(held) | Grant::Low(held) => held,
        Grant::Exhausted { .. } => {
            return Err(Error::Conflict("Today's budget is used up, so nothing is read aloud.".into()));
        }
        Grant::Unpriced(unpriced) => return Err(Error::Conflict(unpriced.sentence())),
    };
    let voice = Some(script.voice.trim()).filter(|v| !v.is_empty()).unwrap_or(FIRST_VOICE);
    let (attempts, result) = match cx.parts().models.speak(&choice, &spoken, voice).await {
        Ok(speech) => (vec![speech.attempt], Ok(Sample { audio: speech.audio, content_type: speech.content_type })),
        Err(failed) => {
            let reason = format!("The sample could not be made: {}.", failed.error);
            (failed.attempts, Err(Error::Refused(reason)))
        }
    };
    let asker = Asker { purpose: "speech", agent: Some(id), version: None, conversation: None };
    usage::close(cx, asker, held, &attempts).await?;
    result
}

/// The script as it is spoken: its parts, one after the other.
fn spoken(script: &VoiceScript) -> String {
    let parts = [&script.opening, &script.value_prop, &script.cta].map(|part| part.trim());
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use domain::agent::AgentDraft;
    use sqlx::PgPool;

    use super::*;

    #[test]
    fn a_script_is_spoken_part_by_part() {
        let script = VoiceScript { opening: " Hi. ".into(), cta: "Press 1.".into(), ..VoiceScript::default() };
        assert_eq!(spoken(&script), "Hi.\n\nPress 1.");
    }

    #[sqlx::test(migrations = "../../migrations")]
    async fn without_a_speech_model_it_says_so(pool: PgPool) {
        let desk = crate::intake::desk(&pool).await;
        let draft = AgentDraft { name: "Mia".into(), ..AgentDraft::default() };
        let mia = crate::agents::create(&desk.cx, draft).await.unwrap();
        assert!(matches!(sample(&desk.cx, mia.id, None).await, Err(Error::Invalid(_))));
        let script = VoiceScript { opening: "Hi.".into(), ..VoiceScript::default() };
        assert!(matches!(sample(&desk.cx, mia.id, Some(script)).await, Err(Error::Conflict(_))));
        assert_eq!(speaker(&desk.cx), None);
    }
}
