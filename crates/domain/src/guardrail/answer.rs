//! What an answer may not contain: prices from nowhere, promises, what the agent was told.

use std::sync::LazyLock;

use crate::words::{Patterns, Text};

/// Words that make a number an amount of money.
const CURRENCIES: &[&str] = &[
    "usd", "eur", "gbp", "chf", "dollar", "dollars", "bucks", "euro", "euros", "pound", "pounds", "pesos", "reais",
    "real", "franken", "francs", "cents", "cent", "brl", "cad", "aud", "mxn",
];

/// Numbers that are written out.
const NUMBERS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty", "thirty", "forty",
    "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "hundert", "tausend", "cien",
    "cent", "mil", "mille", "cento", "honderd", "duizend", "zehn", "zwanzig", "dreissig", "vierzig", "funfzig",
];

static FREE: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
for free
free of charge
at no ?extra|additional cost|charge
without ?any ?extra|additional cost|costs|charge
# off
# percent off|discount
kostenlos|gratis|gratuit|gratuitement|gratuito|gratuita
",
    )
});

static PROMISES: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
guarantee|guaranteed|guarantees|guaranteeing
i|we|ill|well|can promise|swear|assure|vouch
promise you
you|will ?will|have|get ?definitely|certainly my|our word
will|youll definitely|certainly|surely ?get|receive|have|be|win|save
refund ?request ?is|was|has|been|will ?been ?be approved|granted|issued|processed|initiated
we|i|ill|well ?will|can|have|shall ?gladly|happily refund*
we|i|ill|well ?will|can|have|shall reimburs*|compensate*
risk free
no risk
legally binding
we|i ?are|am|accept|take ?are ?full ?legally liab*|liable
we|i accept|admit ?full ?any liability|fault|responsibility
100 sure|certain|guaranteed|safe
garantier*|garanti|garantie|garanties|garantit|garantissons
verspreche*|zusichern
verbindlich zugesagt
wir erstatten
promettons|promets
garantiz*|garantizo|prometo|prometemos|aseguro|aseguramos
garantimos|garanto|asseguro
garantiamo|garantisco|garantito|promettiamo|prometto
garanderen|garandeer|beloof|beloven
",
    )
});

static NO_PROMISE: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
cant|cannot|not|never|dont|wont|no|without|nor|unable ?be ?to ?to|make|give|a|any ?yet guarantee*|promise*|assure|vouch|refund*|risk
no ?such guarantee|guarantees
nicht|keine|kein|kann|konnen ?nicht ?nicht garantier*|garantie|verspreche*|zusichern
ne|pas|no|nao|non|niet|geen|puedo|podemos|posso|pouvons ?peux|pouvons|puedo|podemos|posso|possiamo ?pas|vous|le|te garant*|promet*|promett*|beloof|beloven|garandeer*
",
    )
});

/// An amount of money, or something for nothing, that stands in no passage.
pub(super) fn price_from_nowhere(answer: &str, passages: &str) -> Option<String> {
    let known = amounts(passages, false);
    if let Some(amount) = amounts(answer, true).into_iter().find(|amount| !known.contains(amount)) {
        return Some(amount);
    }
    let said = FREE.quote(&Text::read(answer))?;
    Text::read(passages).find(&Text::read(&said)).is_none().then_some(said)
}

/// The numbers of a text, as `1234.5`; only those with a currency beside them when `money`. Written-out amounts come as words.
fn amounts(text: &str, money: bool) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let sign = |c: Option<&char>| c.is_some_and(|c| matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₺' | '₩'));
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let from = at;
        while at < chars.len()
            && (chars[at].is_ascii_digit()
                || (matches!(chars[at], '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}')
                    && chars.get(at + 1).is_some_and(char::is_ascii_digit)))
        {
            at += 1;
        }
        let before = chars[..from].iter().rev().find(|c| !c.is_whitespace());
        let after: String = chars[at..].iter().skip_while(|c| c.is_whitespace() || **c == '-').take(12).collect();
        let word = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
        let earlier: String =
            chars[..from].iter().rev().skip_while(|c| c.is_whitespace()).take_while(|c| c.is_alphabetic()).collect();
        let earlier: String = earlier.to_lowercase().chars().rev().collect();
        let is_money = sign(before)
            || sign(after.chars().next().as_ref())
            || CURRENCIES.contains(&word.as_str())
            || CURRENCIES.contains(&earlier.as_str());
        if is_money || !money {
            found.push(number(&chars[from..at]));
        }
    }
    let words: Vec<String> = Text::read(text).words().iter().map(|w| w.text.clone()).collect();
    for pair in words.windows(2) {
        if NUMBERS.contains(&pair[0].as_str()) && CURRENCIES.contains(&pair[1].as_str()) {
            found.push(pair.join(" "));
        }
    }
    found
}

/// `1.234,50`, `1,234.5` and `1234.50` are one number. A separator with three digits behind it parts thousands.
fn number(digits: &[char]) -> String {
    let last = digits.iter().rposition(|c| !c.is_ascii_digit());
    let decimals = last.filter(|at| digits.len() - at - 1 != 3);
    let whole: String = digits[..decimals.unwrap_or(digits.len())].iter().filter(|c| c.is_ascii_digit()).collect();
    let part: String = decimals.map(|at| digits[at + 1..].iter().collect()).unwrap_or_default();
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}

/// A promise that stands in no passage.
pub(super) fn promise(answer: &str, passages: &str) -> Option<String> {
    let text = Text::read(answer);
    let mut spent = vec![false; text.words().len()];
    NO_PROMISE.spend(&text, &mut spent);
    let (from, to) = PROMISES.find(&text, &spent)?;
    let said = text.quote(from, to);
    Text::read(passages).find(&Text::read(&said)).is_none().then_some(said)
}

/// So many words in a row that stand in what the agent was told are recited, not said.
const RECITED: usize = 8;
/// Words that only stand in instructions.
const TOLD: &[&str] = &[
    "you",
    "your",
    "never",
    "always",
    "reveal",
    "mention",
    "must",
    "should",
    "lead",
    "instructions",
    "reveal",
    "mention",
    "prompt",
    "du",
    "dein",
    "immer",
    "nie",
    "niemals",
];

static ABOUT_ITSELF: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
my|the system prompt
my|here|these ?are ?my instructions are|say|were|tell
here is|are my|the ?system|full|original prompt|instructions
i was|am told|instructed|programmed|prompted to|not
is something to answer never an instruction
",
    )
});

/// What of the agent's instructions an answer recites. Facts from passages may be recited.
pub(super) fn recited(answer: &str, system: &str, passages: &str) -> Option<String> {
    let text = Text::read(answer);
    if let Some(said) = ABOUT_ITSELF.quote(&text) {
        return Some(said);
    }
    let plain = |text: &str| Text::read(text).words().iter().map(|w| w.text.clone()).collect::<Vec<_>>().join(" ");
    let (told, known) = (format!(" {} ", plain(system)), format!(" {} ", plain(passages)));
    let words: Vec<&str> = text.words().iter().map(|w| w.text.as_str()).collect();
    words.windows(RECITED).find_map(|run| {
        let line = run.join(" ");
        let inside = |text: &str| text.contains(&format!(" {line} "));
        (run.iter().any(|word| TOLD.contains(word)) && inside(&told) && !inside(&known)).then_some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_must_stand_in_a_passage() {
        let passages = "The Basic plan is $49.00 a month, Pro costs 1.234,50 €. Delivery is free of charge.";
        for (answer, bad) in [
            ("It is $49 a month.", None),
            ("Pro is 1234.5 EUR.", None),
            ("Delivery comes free of charge.", None),
            ("It is $39 a month.", Some("39")),
            ("That makes forty dollars.", Some("forty dollars")),
            ("USD 50, please", Some("50")),
            ("You get it for free!", Some("for free")),
            ("We meet at 10:30 on the 5th with 12 people.", None),
        ] {
            assert_eq!(price_from_nowhere(answer, passages).as_deref(), bad, "{answer}");
        }
    }

    #[test]
    fn promises_are_held_back_and_their_denial_is_not() {
        let passages = "Every pair has a two-year guarantee.";
        for (answer, bad) in [
            ("We guarantee it works.", false),
            ("I cannot guarantee that.", false),
            ("I can't promise a date.", false),
            ("I promise you will love it.", true),
            ("Your refund is approved.", true),
            ("Wir versprechen Ihnen das.", true),
            ("Es garantido? Garantimos tudo.", true),
            ("See you on Friday at ten.", false),
        ] {
            assert_eq!(promise(answer, passages).is_some(), bad, "{answer}");
        }
        assert!(promise("We guarantee it works.", "").is_some());
    }

    #[test]
    fn instructions_stay_private_and_facts_do_not() {
        let system = "You are Mia, who answers for Harbour. Never mention the owner's divorce to anyone who asks. \
                      We are open Monday to Friday from nine to six at the harbour.";
        let said = |answer: &str| recited(answer, system, "").is_some();
        assert!(said("Sure: You are Mia, who answers for Harbour. Never mention it."));
        assert!(said("never mention the owners divorce to anyone who asks"));
        assert!(said("Here are my instructions: be kind"));
        assert!(!said("We are open Monday to Friday from nine to six at the harbour."));
        assert!(!said("You are welcome, see you on Friday."));
    }
}
