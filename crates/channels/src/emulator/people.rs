//! The made-up people: who answers how. The last digit of a number decides, so that a list of leads has its fixed cast.
//!
//! Not here: when and how an answer travels (`play`, `post`).

mod words;

use domain::message::Channel;
use serde::Serialize;

/// How a made-up person behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Says yes, and presses 1.
    Eager,
    /// Asks questions; listens to a call without pressing a key.
    Curious,
    /// Says not now, and presses 2.
    Objector,
    /// Answers STOP; hangs up.
    OptOuter,
    /// Reads and never answers; takes no call.
    Silent,
    /// The number does not work.
    Unreachable,
    /// In a meeting: says so in writing, engaged on the phone.
    Busy,
    /// Reads and never answers; a machine takes the call.
    Voicemail,
}

/// A made-up person as the screen shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Persona {
    /// How they behave.
    pub kind: Kind,
    /// One word for the code and the address bar.
    pub word: &'static str,
    /// For people.
    pub label: &'static str,
    /// One sentence for people.
    pub description: &'static str,
}

const EAGER: Persona = Persona {
    kind: Kind::Eager,
    word: "eager",
    label: "Eager",
    description: "Says yes to most things and presses 1 in a call.",
};
const CURIOUS: Persona = Persona {
    kind: Kind::Curious,
    word: "curious",
    label: "Curious",
    description: "Answers with a question; listens to a call to the end and presses nothing.",
};
const OBJECTOR: Persona = Persona {
    kind: Kind::Objector,
    word: "objector",
    label: "Objector",
    description: "Not now, too expensive; presses 2 in a call.",
};
const OPT_OUTER: Persona = Persona {
    kind: Kind::OptOuter,
    word: "opt_outer",
    label: "Opts out",
    description: "Answers STOP to the first message and hangs up on calls.",
};
const SILENT: Persona = Persona {
    kind: Kind::Silent,
    word: "silent",
    label: "Silent",
    description: "Gets every message, never answers and picks up no call.",
};
const UNREACHABLE: Persona = Persona {
    kind: Kind::Unreachable,
    word: "unreachable",
    label: "Unreachable",
    description: "The number does not work: messages come back as undelivered (30003), calls fail.",
};
const BUSY: Persona = Persona {
    kind: Kind::Busy,
    word: "busy",
    label: "Busy",
    description: "Writes once that it is a bad moment; the line is engaged.",
};

const VOICEMAIL: Persona = Persona {
    kind: Kind::Voicemail,
    word: "voicemail",
    label: "Voicemail",
    description: "Gets every message and never answers; a machine takes every call.",
};

/// Who answers at this number.
pub fn persona_of(phone: &str) -> Persona {
    match phone.bytes().rev().find(u8::is_ascii_digit) {
        Some(b'1' | b'5') => EAGER,
        Some(b'2' | b'6') => CURIOUS,
        Some(b'3') => OBJECTOR,
        Some(b'4') => OPT_OUTER,
        Some(b'7') => VOICEMAIL,
        Some(b'8') => BUSY,
        Some(b'9') => UNREACHABLE,
        _ => SILENT,
    }
}

/// What this person writes after having answered `before` times on this channel, if they still answer.
/// The same number says the same things in every run.
pub(super) fn answer(phone: &str, channel: Channel, before: u32) -> Option<&'static str> {
    let (first, later, rounds) = match (persona_of(phone).kind, channel) {
        (Kind::Eager, Channel::Whatsapp) => (words::EAGER_CHAT, words::EAGER_LATER, 3),
        (Kind::Eager, _) => (words::EAGER, words::EAGER_LATER, 3),
        (Kind::Curious, Channel::Whatsapp) => (words::CURIOUS_CHAT, words::CURIOUS_LATER, 3),
        (Kind::Curious, _) => (words::CURIOUS, words::CURIOUS_LATER, 3),
        (Kind::Objector, Channel::Whatsapp) => (words::OBJECTOR_CHAT, words::OBJECTOR_LATER, 2),
        (Kind::Objector, _) => (words::OBJECTOR, words::OBJECTOR_LATER, 2),
        (Kind::OptOuter, _) => (words::OPT_OUT, words::OPT_OUT, 1),
        (Kind::Busy, _) => (words::BUSY, words::BUSY, 1),
        (Kind::Silent | Kind::Unreachable | Kind::Voicemail, _) => return None,
    };
    if before >= rounds {
        return None;
    }
    let list = if before == 0 { first } else { later };
    list.get((spread(phone) + before) as usize % list.len()).copied()
}

/// The key this person presses in a call.
pub(super) fn key(phone: &str) -> Option<&'static str> {
    match persona_of(phone).kind {
        Kind::Eager => Some("1"),
        Kind::Objector => Some("2"),
        _ => None,
    }
}

/// A number that differs between neighbours of the same persona.
pub(super) fn spread(phone: &str) -> u32 {
    phone.bytes().fold(17, |sum: u32, b| sum.wrapping_mul(31).wrapping_add(u32::from(b))) >> 3
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ten_digits_show_every_persona() {
        let words: HashSet<_> = (0..10).map(|digit| persona_of(&format!("+1415555012{digit}")).word).collect();
        assert_eq!(words.len(), 8);
    }

    #[test]
    fn answers_vary_between_people_and_come_to_an_end() {
        for digit in ["1", "2", "3"] {
            for channel in [Channel::Sms, Channel::Whatsapp] {
                let said: HashSet<_> =
                    (0..300).filter_map(|at| answer(&format!("+1415555{at:03}{digit}"), channel, 0)).collect();
                assert!(said.len() >= 6, "{digit} {channel}: {}", said.len());
            }
            let phone = format!("+1415555012{digit}");
            assert!(answer(&phone, Channel::Sms, 9).is_none());
            assert_eq!(answer(&phone, Channel::Sms, 0), answer(&phone, Channel::Sms, 0));
        }
        assert_eq!(answer("+14155550124", Channel::Sms, 0), Some("STOP"));
        assert_eq!(answer("+14155550120", Channel::Sms, 0), None);
        assert_eq!((key("+14155550121"), key("+14155550123"), key("+14155550122")), (Some("1"), Some("2"), None));
    }
}
