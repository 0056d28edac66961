//! What else a reply says: how it sounds, and the things it names. What its writer wants is read in `read`.

use std::sync::LazyLock;

use super::{Emotion, Entities, Intent, Level, Mood};
use crate::words::{Patterns, Text};

static URGENT: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
urgent*|asap|immediately|now|today|tonight|emergency|deadline
right away
sofort|dringend|heute|urgence|aujourd|vite|ya|hoy|urgente|hoje|agora|oggi|subito|dringend|vandaag|meteen
",
    )
});
static FORMAL: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse("dear|sincerely|regards|kindly\nsehr geehrte*\nmit freundlichen\nvous|usted|ustedes|lei|u")
});
static CASUAL: LazyLock<Patterns> =
    LazyLock::new(|| Patterns::parse("hey|yo|lol|haha|gonna|wanna|u|ur|pls|plz|thx|yep|nah|cool|dude\nhi $\n^ hi"));
static BUYING: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
sign ?me|us up
how|when ?do|can|could ?we|i ?we start|begin|order|buy
next steps
ready to
count me in
send ?me|us ?over ?the|a contract|agreement|link
move forward|ahead
lets do it
",
    )
});
static OBJECTION: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
too expensive|much|late|small|big|complicated
not ?the|a ?right|good time|budget|priority
no time|budget|need
already have|use|using|with
not sure|convinced
need to think
zu teuer|spat|kompliziert
trop cher|tard
demasiado caro
muito caro
troppo caro
te duur
",
    )
});

/// How a message sounds, and what in it speaks for or against buying.
pub(super) fn mood(text: &Text, intent: Intent, score: u8, entities: &Entities) -> Mood {
    let emotion = match (score, intent) {
        (0..15, _) => Emotion::Angry,
        (15..40, _) => Emotion::Frustrated,
        (_, Intent::Interested | Intent::MeetingRequest) if score >= 75 => Emotion::Excited,
        (60.., _) => Emotion::Positive,
        (_, Intent::Question) => Emotion::Curious,
        (_, Intent::NotInterested) => Emotion::Sceptical,
        _ => Emotion::Neutral,
    };
    let urgency = match (URGENT.is_in(text), text.is_exclaimed() || text.is_shouted()) {
        (true, true) => Level::High,
        (true, false) | (false, true) => Level::Medium,
        _ => Level::Low,
    };
    let formality = match (FORMAL.is_in(text), CASUAL.is_in(text)) {
        (true, false) => Level::High,
        (false, true) => Level::Low,
        _ => Level::Medium,
    };
    let _ = entities;
    Mood {
        score,
        emotion,
        urgency,
        formality,
        buying_signals: BUYING.quote(text).into_iter().collect(),
        objections: OBJECTION.quote(text).into_iter().collect(),
    }
}

static WHEN: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
?on|next|this monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow ?morning|afternoon|evening|at|after|around ?# ?am|pm|oclock
at|around|after|before # ?# ?am|pm|oclock
in the morning|afternoon|evening
montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen
lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain
lunes|martes|miercoles|jueves|viernes|sabado|domingo|manana
segunda|terca|quarta|quinta|sexta|amanha
lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|domani
maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag
",
    )
});
static TIMELINE: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
next|this|by|end|before|within|until ?the ?of ?next|this week|month|quarter|year|spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december
in # days|weeks|months|years
in a few|couple ?of days|weeks|months
as soon as possible
asap
",
    )
});
static BUDGET: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
budget ?of|is|for|around|about ?# 
up to # ?dollars|euros|k
# dollars|euros|usd|eur|k
",
    )
});
static DECIDER: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
my|our|the boss|ceo|cto|cfo|director|manager|partner|wife|husband|team|board|owner|landlord|colleague ?has|needs|decides|will|must|wants
",
    )
});
static PAIN: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
problem|problems|trouble|issue|issues|struggling|struggle with .. $
problem|trouble|struggling|struggle|difficulty
doesnt|does|dont|isnt|not ?not work|working
broken
",
    )
});
static COMPETITOR: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
already|currently|we|i use|using|with .. instead
another|other|different|current|existing provider|vendor|supplier|agency|company
competitor|competitors
",
    )
});

pub(super) fn entities(raw: &str, text: &Text) -> Entities {
    let one = |patterns: &LazyLock<Patterns>| patterns.quote(text).into_iter().collect::<Vec<_>>();
    let questions = raw
        .split_inclusive(['?', '.', '!', '\n'])
        .map(str::trim)
        .filter(|line| line.ends_with('?') && line.len() > 1)
        .map(|line| crate::text::cut(line, 200).to_owned())
        .take(5)
        .collect();
    Entities {
        meeting_preferences: one(&WHEN),
        questions,
        pain_points: one(&PAIN),
        competitors: one(&COMPETITOR),
        budget_signals: one(&BUDGET),
        timeline_signals: one(&TIMELINE),
        decision_makers: one(&DECIDER),
    }
}
