//! A thread as lines: days, messages, and what happened in between, in the order of time. Pure, so that both halves agree.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::event::{Activity, EventKind};
use domain::message::Message;

/// One line of a thread.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Line {
    /// A new day begins.
    Day(NaiveDate),
    /// Somebody spoke. `first`: the line before is not by the same author.
    Said {
        /// The message.
        message: Box<Message>,
        /// Whether to name the author.
        first: bool,
    },
    /// Something happened, in a sentence.
    Happened {
        /// What.
        sentence: String,
        /// When.
        at: DateTime<Utc>,
        /// Whether it needs a person.
        alarm: bool,
    },
}

/// What an event of a conversation or its lead is, in a sentence.
fn sentence(moment: &Activity) -> String {
    let who = if moment.actor.is_empty() { moment.title.as_str() } else { moment.actor.as_str() };
    match moment.kind {
        EventKind::ConversationTakenOver => format!("{who} took the conversation over"),
        EventKind::ConversationReturned => format!("{who} gave the conversation back to the AI"),
        EventKind::LeadOptedOut => format!("{} opted out: nothing more is sent", moment.title),
        EventKind::LeadStoppedCalls => format!("{} asked not to be called again: no call is made", moment.title),
        EventKind::LeadOptedIn => format!("{} opted in again", moment.title),
        EventKind::ReplyFailed => "The agent could not answer. A person should.".into(),
        _ => format!("{who} {}", moment.kind.sentence()),
    }
}

/// Puts messages and events in order, with a line for each new day of somebody `offset_minutes` ahead of UTC.
pub(super) fn timeline(messages: &[Message], moments: &[Activity], offset_minutes: i32) -> Vec<Line> {
    let day = |at: DateTime<Utc>| (at + Duration::minutes(i64::from(offset_minutes))).date_naive();
    let mut lines = Vec::with_capacity(messages.len() + moments.len() + 8);
    let (mut last_day, mut last_author) = (None, None);
    let mut moments = moments.iter().peekable();
    let mut new_day = |lines: &mut Vec<Line>, at: DateTime<Utc>| {
        let fresh = last_day != Some(day(at));
        if fresh {
            lines.push(Line::Day(day(at)));
            last_day = Some(day(at));
        }
        fresh
    };
    let happened =
        |m: &Activity| Line::Happened { sentence: sentence(m), at: m.at, alarm: m.kind == EventKind::ReplyFailed };
    for message in messages {
        while let Some(moment) = moments.next_if(|moment| moment.at < message.created_at) {
            new_day(&mut lines, moment.at);
            lines.push(happened(moment));
            last_author = None;
        }
        let fresh = new_day(&mut lines, message.created_at);
        let author = (message.author, message.user_id, message.agent_id);
        let first = fresh || last_author != Some(author);
        last_author = Some(author);
        lines.push(Line::Said { message: Box::new(message.clone()), first });
    }
    for moment in moments {
        new_day(&mut lines, moment.at);
        lines.push(happened(moment));
    }
    lines
}

#[cfg(test)]
mod tests {
    use domain::id::{ConversationId, EventId, LeadId, MessageId};
    use domain::message::{Author, Channel, Direction, Status};
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn message(time: &str, author: Author) -> Message {
        Message {
            id: MessageId::new(Uuid::from_u128(1)),
            conversation_id: ConversationId::new(Uuid::from_u128(2)),
            lead_id: LeadId::new(Uuid::from_u128(3)),
            direction: Direction::Inbound,
            channel: Channel::Sms,
            author,
            user_id: None,
            agent_id: None,
            campaign_id: None,
            run_id: None,
            template_id: None,
            body: "x".into(),
            media: vec![],
            status: Status::Received,
            verdict: None,
            error: None,
            call_end: None,
            provider_message_id: None,
            created_at: at(time),
            updated_at: at(time),
        }
    }

    fn shape(lines: &[Line]) -> String {
        lines
            .iter()
            .map(|line| match line {
                Line::Day(day) => format!("[{}]", day.format("%d")),
                Line::Said { first: true, .. } => "M".into(),
                Line::Said { .. } => "m".into(),
                Line::Happened { alarm, .. } => if *alarm { "!" } else { "e" }.into(),
            })
            .collect()
    }

    #[test]
    fn lines_are_in_order_with_days_of_the_viewer() {
        let messages = [
            message("2026-03-01T22:00:00Z", Author::Lead),
            message("2026-03-01T22:30:00Z", Author::Lead),
            message("2026-03-01T23:30:00Z", Author::Agent),
            message("2026-03-02T09:00:00Z", Author::Agent),
        ];
        let moment = |time: &str, kind| Activity {
            id: EventId::new(Uuid::from_u128(4)),
            kind,
            subject: "cnv_x".into(),
            title: "Ada".into(),
            actor: String::new(),
            at: at(time),
        };
        let moments = [
            moment("2026-03-01T22:10:00Z", EventKind::ConversationTakenOver),
            moment("2026-03-02T10:00:00Z", EventKind::ReplyFailed),
        ];
        assert_eq!(shape(&timeline(&messages, &moments, 0)), "[01]MeMM[02]M!");
        assert_eq!(shape(&timeline(&messages, &moments, 60)), "[01]MeM[02]Mm!");
        assert_eq!(shape(&timeline(&[], &moments[1..], 0)), "[02]!");
    }
}
