//! The one function that decides whether a proposal is sent. Every rule leaves its verdict.

use super::{Claim, Decision, Facts, Inbound, Outcome, Priority, Proposal, Rule, Verdict, answer, claim};
use crate::format;
use crate::message::Channel;
use crate::sentiment;
use crate::skill::{Escalation, Guardrails};
use crate::words::{Language, Text};

/// How many searches may find nothing before a human is asked (spec AGT-11).
const EMPTY_SEARCHES: u32 = 2;

struct Verdicts(Vec<Verdict>);

impl Verdicts {
    /// Writes a rule down; gives whether it holds.
    fn say(&mut self, rule: Rule, broken: Option<String>) -> bool {
        let passed = broken.is_none();
        self.0.push(Verdict { rule, passed, note: broken.unwrap_or_default() });
        passed
    }
}

/// Decides what becomes of a proposal. A forced class wins over whatever the model wants; the first rule that does not hold decides,
/// and those after it are not asked.
pub fn decide(inbound: &Inbound, proposal: &Proposal, facts: &Facts<'_>) -> Decision {
    let mut verdicts = Verdicts(about_the_message(inbound));
    let escalate = |reason, evidence: String, verdicts: Verdicts| Decision {
        outcome: handed_over(inbound, reason, evidence, facts.form.channel),
        verdicts: verdicts.0,
    };
    if let Some(forced) = &inbound.forced {
        return escalate(forced.reason, forced.evidence.clone(), verdicts);
    }
    let in_vain = facts.empty_searches >= EMPTY_SEARCHES && facts.passages.trim().is_empty();
    let note = in_vain.then(|| format!("{} searches found nothing", facts.empty_searches));
    if !verdicts.say(Rule::Knowledge, note.clone()) {
        return escalate(Escalation::NoKbMatch, note.unwrap_or_default(), verdicts);
    }
    let text = match proposal {
        Proposal::Reply { text } => text,
        Proposal::Escalate { subject, note } => {
            verdicts.say(Rule::ModelAnswers, Some(note.clone()));
            let evidence = match subject {
                Some(_) => format!("read by the model: {note}"),
                None => note.clone(),
            };
            return escalate(subject.unwrap_or(Escalation::AgentDecision), evidence, verdicts);
        }
    };
    verdicts.say(Rule::ModelAnswers, None);
    let parts = facts.form.parts(text);
    for rule in OF_ANSWERS {
        let broken = broken(rule, text, parts.is_empty(), facts.guardrails, facts.passages, facts.system);
        let evidence = broken.clone().unwrap_or_default();
        if !verdicts.say(rule, broken) {
            let evidence = format!("{}: {evidence}", rule.label());
            return escalate(Escalation::UnsafeAnswer, evidence, verdicts);
        }
    }
    // What the text says that somebody does is made true, or the text is not sent.
    let undone = claim(text, facts.passages).filter(|(claim, _)| *claim != Claim::Done || !facts.acted);
    verdicts.say(Rule::Undone, undone.as_ref().map(|(_, said)| said.clone()));
    match undone {
        Some((Claim::HandOver, said)) => {
            return escalate(Escalation::AgentDecision, format!("the agent said “{said}”"), verdicts);
        }
        Some((claim, said)) => {
            let evidence = format!("{}: {said}", Rule::Undone.label());
            let mut decision = escalate(Escalation::UnsafeAnswer, evidence, verdicts);
            if let (Claim::Silence, Outcome::Escalate { holding, .. }) = (claim, &mut decision.outcome) {
                *holding = how_to_stop(facts.form.channel, inbound.language);
            }
            return decision;
        }
        None => {}
    }
    verdicts.0.push(Verdict { rule: Rule::Length, passed: true, note: facts.form.note(text, &parts) });
    Decision { outcome: Outcome::Send { parts, priority: inbound.priority() }, verdicts: verdicts.0 }
}

/// The rules for what an agent says, in the order in which they are asked.
const OF_ANSWERS: [Rule; 5] = [Rule::NotEmpty, Rule::NeverSay, Rule::Prices, Rule::Promises, Rule::LeakedPrompt];

/// What breaks a rule for what an agent says, if anything does.
fn broken(
    rule: Rule,
    text: &str,
    is_empty: bool,
    guardrails: &Guardrails,
    passages: &str,
    system: &str,
) -> Option<String> {
    match rule {
        Rule::NotEmpty => is_empty.then(|| "the model said nothing".to_owned()),
        Rule::NeverSay => never_say(text, &guardrails.never_say),
        Rule::Prices if guardrails.may_name_prices => None,
        Rule::Prices => answer::price_from_nowhere(text, passages),
        Rule::Promises => answer::promise(text, passages),
        Rule::LeakedPrompt => answer::recited(text, system, passages),
        _ => None,
    }
}

/// What every rule for what an agent says finds in a draft that a human will look at: all are asked, so that all is seen. `passages` and
/// `system` are those of [`Facts`].
pub fn review(text: &str, guardrails: &Guardrails, passages: &str, system: &str) -> Vec<Verdict> {
    let mut verdicts = Verdicts(vec![]);
    for rule in OF_ANSWERS {
        verdicts.say(rule, broken(rule, text, text.trim().is_empty(), guardrails, passages, system));
    }
    verdicts.0
}

/// The decision when there is no proposal: no model answered, or the budget is used up. The person gets the apology of the channel.
/// A forced class still gives its own reason.
pub fn fail(inbound: &Inbound, reason: Escalation, why: &str, channel: Option<Channel>) -> Decision {
    let (reason, evidence) = match &inbound.forced {
        Some(forced) => (forced.reason, forced.evidence.clone()),
        None => (reason, why.to_owned()),
    };
    Decision { outcome: handed_over(inbound, reason, evidence, channel), verdicts: about_the_message(inbound) }
}

fn handed_over(inbound: &Inbound, reason: Escalation, evidence: String, channel: Option<Channel>) -> Outcome {
    Outcome::Escalate {
        reason,
        evidence,
        holding: holding(reason, channel, inbound.language),
        priority: inbound.priority().max(Priority::High),
    }
}

/// What the message alone says. Orders to the model are shown and decide nothing.
fn about_the_message(inbound: &Inbound) -> Vec<Verdict> {
    let mut verdicts = Verdicts(vec![]);
    let all =
        inbound.found.iter().map(|f| format!("{}: {}", f.reason.label(), f.evidence)).collect::<Vec<_>>().join("; ");
    verdicts.say(Rule::ForcedEscalation, Some(all).filter(|all| !all.is_empty()));
    let angry = inbound.sentiment < sentiment::ANGRY;
    verdicts.say(Rule::Sentiment, angry.then(|| format!("{} of 100", inbound.sentiment)));
    let orders = inbound.injection.clone().or_else(|| inbound.hidden.then(|| "hidden characters".to_owned()));
    if orders.is_some() {
        verdicts.say(Rule::Injection, orders);
    }
    verdicts.0
}

fn never_say(text: &str, phrases: &[String]) -> Option<String> {
    let said = Text::read(text);
    phrases.iter().find(|phrase| said.find(&Text::read(phrase)).is_some()).cloned()
}

/// What is said in place of a promise of silence, while a human is fetched: how the person gets it for certain.
fn how_to_stop(channel: Option<Channel>, language: Language) -> String {
    let text = match language {
        Language::English => "To get no more messages from us, reply STOP. A colleague will read this.",
        Language::German => "Um nichts mehr zu erhalten, antworten Sie STOP. Ein Kollege liest dies.",
        Language::French => "Pour ne plus rien recevoir, répondez STOP. Un collègue va lire ceci.",
        Language::Spanish => "Para no recibir más, responda STOP. Un colega va a leer esto.",
        Language::Portuguese => "Para não receber mais, responda STOP. Um colega vai ler isto.",
        Language::Italian => "Per non ricevere altro, risponda STOP. Un collega leggerà questo.",
        Language::Dutch => "Antwoord STOP om niets meer te krijgen. Een collega leest dit.",
    };
    format::parts(text, channel).into_iter().next().unwrap_or_else(|| text.to_owned())
}

/// What is said while a human is fetched: fits one SMS, promises nothing, names no reason that would embarrass.
pub fn holding(reason: Escalation, channel: Option<Channel>, language: Language) -> String {
    if reason == Escalation::StopWish {
        return how_to_stop(channel, language);
    }
    let sorry = matches!(
        reason,
        Escalation::NegativeSentiment
            | Escalation::ModelFailure
            | Escalation::BudgetExhausted
            | Escalation::UnsafeAnswer
    );
    let text = match (language, reason == Escalation::HumanRequest, sorry) {
        (Language::English, true, _) => "Of course. I am passing this on to a colleague, who will get back to you.",
        (Language::English, _, true) => {
            "I am sorry. I cannot answer this well right now, so a colleague will get back to you."
        }
        (Language::English, ..) => "Thank you for your message. A colleague will look at this and get back to you.",
        (Language::German, true, _) => "Natürlich. Ich gebe das an einen Kollegen weiter, der sich bei Ihnen meldet.",
        (Language::German, _, true) => {
            "Es tut mir leid. Das kann ich gerade nicht gut beantworten. Ein Kollege meldet sich bei Ihnen."
        }
        (Language::German, ..) => "Danke für Ihre Nachricht. Ein Kollege sieht sich das an und meldet sich bei Ihnen.",
        (Language::French, true, _) => "D'accord. Je transmets à un collègue, qui vous répondra.",
        (Language::French, _, true) => {
            "Je suis désolé. Je ne peux pas bien répondre maintenant. Un collègue vous répondra."
        }
        (Language::French, ..) => "Merci pour votre message. Un collègue va regarder et vous répondra.",
        (Language::Spanish, true, _) => "Por supuesto. Se lo paso a un colega, que le va a responder.",
        (Language::Spanish, _, true) => "Lo siento. Ahora no puedo responder bien a esto. Un colega le va a responder.",
        (Language::Spanish, ..) => "Gracias por su mensaje. Un colega lo va a revisar y le va a responder.",
        (Language::Portuguese, true, _) => "Claro. Vou passar para um colega, que vai responder.",
        (Language::Portuguese, _, true) => "Lamento. Prefiro deixar isto a um colega, que vai responder.",
        (Language::Portuguese, ..) => "Obrigado pela sua mensagem. Um colega vai ver isto e responder.",
        (Language::Italian, true, _) => "Certo. Passo la richiesta a un collega, che le risponderà.",
        (Language::Italian, _, true) => "Mi dispiace. Ora non riesco a rispondere bene. Un collega le risponderà.",
        (Language::Italian, ..) => "Grazie per il messaggio. Un collega lo guarderà e le risponderà.",
        (Language::Dutch, true, _) => "Natuurlijk. Ik geef dit door aan een collega, die contact opneemt.",
        (Language::Dutch, _, true) => {
            "Het spijt me. Ik kan dit nu niet goed beantwoorden. Een collega neemt contact op."
        }
        (Language::Dutch, ..) => "Bedankt voor uw bericht. Een collega kijkt ernaar en neemt contact op.",
    };
    format::parts(text, channel).into_iter().next().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests;
