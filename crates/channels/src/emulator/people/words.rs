//! What the made-up people say. Only words here.

pub(super) const EAGER: &[&str] = &[
    "Yes please, when can we talk?",
    "Yes! Sounds great, what do I need to do?",
    "Sure, tomorrow morning works for me.",
    "I'm interested. Can you call me after 3?",
    "Great timing, I was just looking into this. Yes.",
    "OK, sign me up",
    "Yes, this week is fine.",
    "Perfect, thank you. How do we start?",
];

pub(super) const EAGER_CHAT: &[&str] = &[
    "Hi! Yes please, that would be lovely 🙂",
    "Yes! Count me in 👍",
    "Sounds good to me. Does Thursday at 10 work?",
    "Oh nice, I was hoping you would get in touch. Yes!",
    "Yes, let's do it. What time suits you?",
    "Great, happy to go ahead 😊",
    "Yep, works for me. Send me the details please",
];

pub(super) const EAGER_LATER: &[&str] = &[
    "Tomorrow at 10 is perfect.",
    "Great, see you then. Thank you!",
    "That works. My e-mail is the one you have.",
    "Wonderful, thanks for the quick answer.",
    "Yes, confirmed.",
    "Perfect. Anything I should bring?",
];

pub(super) const CURIOUS: &[&str] = &[
    "How much does it cost?",
    "Who is this? How did you get my number?",
    "What exactly is included?",
    "Is this for a house or for an apartment?",
    "How long does it take?",
    "Can I cancel later if it is not for me?",
    "Do you also do this on weekends?",
];

pub(super) const CURIOUS_CHAT: &[&str] = &[
    "Hi, could you tell me a bit more? What does it cost?",
    "Sounds interesting! How does it work exactly?",
    "Hmm, how long would that take? 🤔",
    "Do you have any photos or a link I could look at?",
    "Is there a contract? I don't want to be tied in.",
    "What makes you different from the others?",
    "Who would I be talking to?",
];

pub(super) const CURIOUS_LATER: &[&str] = &[
    "OK, and is there any discount?",
    "I see. What would be the next step?",
    "And how soon could you start?",
    "Does that include tax?",
    "Thanks, let me think about it.",
    "Could somebody call me about this?",
];

pub(super) const OBJECTOR: &[&str] = &[
    "Not now, too expensive.",
    "We already have someone for this.",
    "No time at the moment, maybe next year.",
    "I'm not interested, sorry.",
    "Too pricey for me right now.",
    "I don't think this is for us.",
    "Bad timing. We just signed with somebody else.",
];

pub(super) const OBJECTOR_CHAT: &[&str] = &[
    "Thanks, but it's too expensive for us at the moment.",
    "Not right now, we have other things to deal with 😅",
    "I looked at it before and it wasn't worth the money, sorry.",
    "We're happy with what we have, thanks.",
    "Honestly I don't see why I would need this.",
    "Maybe after the summer. Not now.",
];

pub(super) const OBJECTOR_LATER: &[&str] = &[
    "As I said, not at that price.",
    "I'll think about it, but don't count on it.",
    "Maybe in six months.",
    "Could you do it for half?",
    "OK, send me something in writing then.",
    "It's still a no, thanks.",
];

pub(super) const OPT_OUT: &[&str] = &["STOP"];

pub(super) const BUSY: &[&str] = &[
    "In a meeting, can't talk now",
    "I'm driving, later please.",
    "Busy right now. Can you write again tomorrow?",
    "On holiday until Monday.",
    "Can't talk, text me next week",
    "At work, will look at it tonight.",
];
