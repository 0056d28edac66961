//! The form of one answer: its channel, how long a message may be, and the words that stand around it, filled in. Everything that
//! is said to a person by an agent goes through [`Form::parts`].

use super::config::{ANSWER, ChannelConfigDraft, largest, width};
use super::{LEAST_ANSWER, SMS, WHATSAPP_PREFERRED, plain, shorten, split};
use crate::agent::Tone;
use crate::message::Channel;
use crate::name;
use crate::segments;
use crate::text::cut;

/// The longest that a name is filled in.
const LONGEST_NAME: usize = 40;

/// What the names in a template stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around<'a> {
    /// The person's whole name.
    pub lead_name: Option<&'a str>,
    /// The agent's.
    pub agent: &'a str,
    /// The workspace's.
    pub workspace: &'a str,
    /// The ticket's number, if there is one.
    pub ticket: Option<&'a str>,
}

/// See the head of this file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where the answer goes; without a channel it stays as it is.
    pub channel: Option<Channel>,
    /// How it should sound there; without one, as the agent sounds.
    pub tone: Option<Tone>,
    limit: u32,
    before: String,
    after: String,
    /// What stands around answers had left this one no room.
    left_out: bool,
}

impl Form {
    /// The channel's own rules, and nothing around the answer.
    pub fn bare(channel: Option<Channel>) -> Self {
        let limit = channel.map_or(u32::MAX, largest);
        Self { channel, tone: None, limit, before: String::new(), after: String::new(), left_out: false }
    }

    /// What a workspace decided for a channel.
    pub fn new(channel: Channel, config: &ChannelConfigDraft, around: &Around<'_>) -> Self {
        let limit = config.max_response_length.min(largest(channel));
        let mut form = Self { tone: config.tone, limit, ..Self::bare(Some(channel)) };
        // A line that is there for the ticket alone says nothing without one.
        let has_ticket = around.ticket.is_some_and(|ticket| !ticket.is_empty());
        let says = |line: &&str| has_ticket || line.contains(ANSWER) || !line.contains("{ticket}");
        let template = config.response_template.lines().filter(says).collect::<Vec<_>>().join("\n");
        let Some((before, after)) = template.split_once(ANSWER) else { return form };
        let written = |part: &str| {
            let part = filled(part, around);
            if channel == Channel::Whatsapp { part } else { plain::keyboard(&part) }
        };
        (form.before, form.after) = (written(before.trim_start()), written(after.trim_end()));
        if form.room() < LEAST_ANSWER {
            (form.before, form.after, form.left_out) = (String::new(), String::new(), true);
        }
        form
    }

    /// How long an answer may be beside what stands around it.
    pub fn room(&self) -> u32 {
        let around = self.channel.map_or(0, |channel| width(channel, &format!("{}{}", self.before, self.after)));
        self.limit.saturating_sub(around)
    }

    /// The words before and behind the answer, if there are any.
    pub fn frame(&self) -> Option<(&str, &str)> {
        let (before, after) = (self.before.trim(), self.after.trim());
        (!before.is_empty() || !after.is_empty()).then_some((before, after))
    }

    /// How long an answer should be, where that is to be said: what the workspace decided, else what suits the channel.
    pub fn wanted(&self) -> Option<u32> {
        match self.channel? {
            Channel::Sms => Some(self.room()),
            Channel::Whatsapp if self.limit == largest(Channel::Whatsapp) => Some(WHATSAPP_PREFERRED.min(self.room())),
            Channel::Voice if self.limit == largest(Channel::Voice) => None,
            Channel::Whatsapp | Channel::Voice => Some(self.room()),
        }
    }

    /// The messages that an answer becomes: one for SMS and voice, one or more for WhatsApp, none for no text.
    pub fn parts(&self, text: &str) -> Vec<String> {
        let text = self.without_frame(text);
        match self.channel {
            None => Some(text.to_owned()).filter(|text| !text.is_empty()).into_iter().collect(),
            Some(Channel::Sms) => self.one(self.sms(text)),
            Some(Channel::Voice) => self.one(shorten(&spoken(text), self.room())),
            Some(Channel::Whatsapp) => {
                let text = plain(text);
                if text.is_empty() { vec![] } else { split(&self.framed(&text), self.limit) }
            }
        }
    }

    /// What was done to a text, for people: length, segments, parts.
    pub fn note(&self, text: &str, parts: &[String]) -> String {
        let long: usize = parts.iter().map(|part| part.chars().count()).sum();
        let own = if parts.is_empty() { 0 } else { self.framed("").chars().count() };
        let kept = long.saturating_sub(own) + parts.len();
        let ellipsis = parts.last().is_some_and(|part| part.trim_end_matches(self.after.as_str()).ends_with('…'));
        let cut = if ellipsis || plain(self.without_frame(text)).chars().count() > kept { ", shortened" } else { "" };
        let frame = match (self.left_out, self.frame()) {
            (true, _) => "; the channel's template left no room and is left out",
            (false, Some(_)) => ", in the channel's template",
            (false, None) => "",
        };
        let limit = self.limit;
        let said = match self.channel {
            Some(Channel::Sms) => {
                let segments = parts.first().map_or(0, |part| segments::cut(part).segments());
                format!("{long} of {limit} characters, {segments} segment{}{cut}", if segments == 1 { "" } else { "s" })
            }
            Some(Channel::Whatsapp) if parts.len() > 1 => format!("{long} characters in {} parts", parts.len()),
            Some(Channel::Whatsapp) if limit == largest(Channel::Whatsapp) && long > WHATSAPP_PREFERRED as usize => {
                format!("{long} characters; {WHATSAPP_PREFERRED} are better")
            }
            Some(channel) if limit < largest(channel) => format!("{long} of {limit} characters{cut}"),
            _ => format!("{long} characters{cut}"),
        };
        said + frame
    }

    fn one(&self, answer: String) -> Vec<String> {
        if answer.is_empty() { vec![] } else { vec![self.framed(&answer)] }
    }

    fn framed(&self, answer: &str) -> String {
        format!("{}{answer}{}", self.before, self.after).trim().to_owned()
    }

    /// The answer without what stands around it anyway: a model that sees it in earlier messages likes to write it again.
    fn without_frame<'t>(&self, text: &'t str) -> &'t str {
        let mut text = text.trim();
        if let Some((before, after)) = self.frame() {
            if before.chars().count() > 2 {
                text = text.strip_prefix(before).unwrap_or(text).trim_start();
            }
            if after.chars().count() > 2 {
                text = text.strip_suffix(after).unwrap_or(text).trim_end();
            }
        }
        text
    }

    /// The answer for one SMS: typographic signs are made plain, pictures left out, and what is left is cut so that the message has at
    /// most so many characters, all of the GSM alphabet where the language does not need another one.
    fn sms(&self, text: &str) -> String {
        let text = plain::typed(&plain(text));
        let fits = |answer: &str| {
            let message = self.framed(answer);
            let cut = segments::cut(&message);
            message.chars().count() <= self.limit as usize && (cut.unicode || cut.units <= SMS)
        };
        let most = self.room();
        let mut room = most;
        let mut short = shorten(&text, room);
        // Signs such as the euro count twice; each round leaves out a few characters more.
        while !fits(&short) && room > 0 {
            room -= 1;
            short = shorten(&text, room).replace('…', "...");
            while short.chars().count() > room as usize {
                short = cut(&short, room as usize).to_owned();
            }
        }
        // An ellipsis is not in the GSM alphabet: one sign would cost the message half its room.
        if !segments::cut(&text).unicode && segments::cut(&short).unicode {
            short = shorten(&text, most.saturating_sub(2)).replace('…', "...");
        }
        if fits(&short) { short } else { cut(&short, most as usize / 2).to_owned() }
    }
}

/// Words to be spoken: no links, no lists, no signs.
fn spoken(text: &str) -> String {
    let text = plain::typed(&plain(text));
    let words = text.split_whitespace().filter(|word| !word.contains("://") && !word.starts_with("www."));
    words.collect::<Vec<_>>().join(" ").replace(['#', '_', '|', '~', '<', '>', '^'], "")
}

/// A piece of a template with its names filled in. What was filled in is never read again.
fn filled(piece: &str, around: &Around<'_>) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut rest = piece;
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        match tail.split_once('}').and_then(|(name, behind)| Some((value(name, around)?, behind))) {
            Some((value, behind)) => {
                out.push_str(&value);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = tail;
            }
        }
    }
    out + rest
}

fn value(name: &str, around: &Around<'_>) -> Option<String> {
    let value = match name {
        "first_name" => {
            let first = around.lead_name.map(name::first_name).unwrap_or_default();
            // A greeting must not read "Hi ,".
            if first.is_empty() { "there".to_owned() } else { first }
        }
        "agent" => around.agent.to_owned(),
        "workspace" => around.workspace.to_owned(),
        "ticket" => around.ticket.unwrap_or_default().to_owned(),
        _ => return None,
    };
    let line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_NAME).collect();
    Some(line.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AROUND: Around<'_> =
        Around { lead_name: Some("Ada Larsen"), agent: "Mia", workspace: "Harbour", ticket: Some("TKT-0007") };

    fn form(channel: Channel, limit: u32, template: &str) -> Form {
        let config = ChannelConfigDraft { max_response_length: limit, tone: None, response_template: template.into() };
        Form::new(channel, &config, &AROUND)
    }

    #[test]
    fn an_answer_stands_in_its_template_and_never_loses_it() {
        let long = "This is a sentence of some length. ".repeat(10);
        let hello = form(Channel::Sms, 120, "Hi {first_name}: {answer} - {agent}, {workspace}");
        for text in [long.as_str(), &"€".repeat(200), &"word ".repeat(60), &"x".repeat(400), "Yes."] {
            let [part] = hello.parts(text).try_into().unwrap();
            assert!(part.starts_with("Hi Ada: ") && part.ends_with(" - Mia, Harbour"), "{part}");
            let cut = segments::cut(&part);
            assert!(part.chars().count() <= 120 && !cut.unicode && cut.segments() == 1, "{part}: {cut:?}");
        }
        assert_eq!(hello.parts("Yes."), ["Hi Ada: Yes. - Mia, Harbour"]);
        assert!(hello.parts(" \n").is_empty(), "a template alone is no answer");
        assert!(
            hello
                .note(&long, &hello.parts(&long))
                .contains("of 120 characters, 1 segment, shortened, in the channel's")
        );
        let call = form(Channel::Voice, 100, "This is {agent}. {answer}");
        let [part] = call.parts(&long).try_into().unwrap();
        assert_eq!(part, "This is Mia. This is a sentence of some length. This is a sentence of some length.");
    }

    #[test]
    fn over_whatsapp_a_long_answer_is_parted_at_the_limit_that_was_decided() {
        let form = form(Channel::Whatsapp, 300, "{answer}\n\n{agent}\nReference: {ticket}");
        let parts = form.parts(&"One sentence here. ".repeat(40));
        assert!(parts.len() == 3 && parts.iter().all(|p| p.chars().count() <= 300), "{parts:?}");
        assert!(parts[0].ends_with('.') && parts[2].ends_with("Mia\nReference: TKT-0007"), "{parts:?}");
        assert_eq!(parts.join(" ").matches("sentence").count(), 40);
    }

    #[test]
    fn what_is_not_known_is_left_out_and_what_is_filled_in_is_not_read_again() {
        let config = ChannelConfigDraft {
            max_response_length: 300,
            tone: None,
            response_template: "Hi {first_name},\n{answer}\nReference: {ticket}\n{agent} {x}".into(),
        };
        let around = Around { lead_name: None, agent: "{answer}\n{workspace}", ticket: None, ..AROUND };
        let form = Form::new(Channel::Whatsapp, &config, &around);
        assert_eq!(form.parts("Yes."), ["Hi there,\nYes.\n{answer} {workspace} {x}"]);
    }

    #[test]
    fn what_a_model_wrote_of_the_template_is_not_said_twice() {
        let form = form(Channel::Whatsapp, 300, "Hi {first_name}!\n{answer}\n- {agent}");
        assert_eq!(form.parts("Hi Ada!\nWe open at nine.\n- Mia"), ["Hi Ada!\nWe open at nine.\n- Mia"]);
    }

    #[test]
    fn names_that_leave_no_room_take_the_template_with_them() {
        let config = ChannelConfigDraft {
            max_response_length: 100,
            tone: None,
            response_template: format!("{{answer}}{} {{workspace}}", "x".repeat(40)),
        };
        assert!(config.check(Channel::Sms).is_empty());
        let around = Around { workspace: "An Estate Agency With A Long Name", ..AROUND };
        let form = Form::new(Channel::Sms, &config, &around);
        assert_eq!(form.parts("Yes."), ["Yes."]);
        assert!(form.note("Yes.", &form.parts("Yes.")).contains("left no room"));
    }

    #[test]
    fn a_model_is_told_the_room_that_is_left() {
        assert_eq!(form(Channel::Sms, 160, "{answer} - {agent}").wanted(), Some(154));
        assert_eq!(form(Channel::Whatsapp, 1600, "{answer}").wanted(), Some(300));
        assert_eq!(form(Channel::Whatsapp, 800, "{answer}").wanted(), Some(800));
        assert_eq!(form(Channel::Voice, 3000, "{answer}").wanted(), None);
        assert_eq!(Form::bare(None).wanted(), None);
    }
}
