//! Answers of a given shape: checked against their schema, and mended by the model at most once.

use domain::agent::ModelChoice;
use serde::de::DeserializeOwned;

use crate::models::Models;
use crate::{Answer, Ask, Error, Failed, Finish, JsonSchema, Turn, schema};

/// As much of an answer that does not fit as the model is shown again.
const SHOWN: usize = 4_000;

impl Models {
    /// Asks for an answer of a given shape. One that does not fit is shown to the model once, with what is wrong; a second one
    /// is [`Error::Malformed`]. `attempts` holds the calls of both.
    ///
    /// Every provider is told of the schema in its own way; the check is ours and the same for all.
    pub async fn typed<T: DeserializeOwned>(
        &self,
        choices: &[ModelChoice],
        ask: &Ask,
        wanted: JsonSchema,
    ) -> Result<(T, Answer), Failed> {
        self.typed_where(choices, ask, wanted, |_| Ok(())).await
    }

    /// The same for an answer of which more has to hold than a schema can say. What `holds` finds wrong is told to the model like a
    /// misfit, and mended or given up like one.
    pub async fn typed_where<T: DeserializeOwned>(
        &self,
        choices: &[ModelChoice],
        ask: &Ask,
        wanted: JsonSchema,
        holds: impl Fn(&T) -> Result<(), String> + Send + Sync,
    ) -> Result<(T, Answer), Failed> {
        let mut ask = Ask { schema: Some(wanted), ..ask.clone() };
        let first = self.complete(choices, &ask).await?;
        let problem = match fit(&ask, &first, &holds) {
            Ok(value) => return Ok((value, first)),
            Err(problem) => problem,
        };
        tracing::warn!(model.choice = %first.choice, "a typed answer did not fit and is given back once");
        let shown: String = first.text.chars().take(SHOWN).collect();
        ask.messages.push(Turn::assistant(shown));
        ask.messages.push(Turn::user(format!(
            "Your answer does not fit the schema: {problem}. Give the whole answer again as JSON that fits, and nothing else."
        )));
        // The one that made the mistake mends it; its fallbacks stand behind it.
        let at = choices.iter().position(|choice| *choice == first.choice).unwrap_or(0);
        let mut attempts = first.attempts;
        match self.complete(&choices[at..], &ask).await {
            Ok(mut second) => {
                attempts.append(&mut second.attempts);
                match fit(&ask, &second, &holds) {
                    Ok(value) => Ok((value, Answer { attempts, ..second })),
                    Err(problem) => {
                        let reason = format!("the model's answer does not fit its schema, twice: {problem}");
                        Err(Failed { attempts, error: Error::Malformed { reason } })
                    }
                }
            }
            Err(mut failed) => {
                attempts.append(&mut failed.attempts);
                Err(Failed { attempts, error: failed.error })
            }
        }
    }
}

/// The answer as a value, or a sentence on what is wrong with it.
fn fit<T: DeserializeOwned>(ask: &Ask, answer: &Answer, holds: impl Fn(&T) -> Result<(), String>) -> Result<T, String> {
    if answer.finish == Finish::Refused {
        return Err("it was refused".into());
    }
    let schema = ask.schema.as_ref().map(|wanted| &wanted.schema).unwrap_or(&serde_json::Value::Bool(true));
    let value = schema::check(schema, &answer.text).map_err(|problem| match answer.finish {
        Finish::Length => format!("{problem}, because it reached the token limit; be shorter"),
        _ => problem,
    })?;
    // What the schema lets through and the type does not is the caller's mistake, but is told in the same way.
    let value = serde_json::from_value(value).map_err(|error| error.to_string())?;
    holds(&value).map(|()| value)
}
