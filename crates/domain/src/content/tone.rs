//! Which tone fits a person: read from their job title, their trade and how promising they are, by a table.

use super::{Known, Tier};
use crate::agent::Tone;
use crate::closed_list;
use crate::words::Text;

closed_list! {
    /// How much somebody decides where they work.
    pub enum Seniority {
        /// Runs it: founders, owners, chiefs, presidents, partners.
        Executive = "executive",
        /// Answers for a part of it.
        Manager = "manager",
        /// Does the work.
        Practitioner = "practitioner",
    }
}

closed_list! {
    /// How people of a trade are used to being written to.
    pub enum Trade {
        /// Regulated: finance, law, health, government.
        Formal = "formal",
        /// Makes or moves things: software, engineering, logistics, building.
        Technical = "technical",
        /// Lives on people: shops, hotels, property, media.
        Personal = "personal",
    }
}

/// Helps an executive without being one.
const HELPS: &str = "assistant|secretary|intern|trainee|student|product owner";
const EXECUTIVE: &str = "ceo|cto|cfo|coo|cmo|cio|cpo|chief|founder|founding|cofounder|owner|co owner|president|vp|svp|evp|partner \
    |chairman|chairwoman|chair|managing director|general manager|proprietor|geschaftsfuhrer \
    |geschaftsfuhrerin|inhaber|inhaberin|gerant|gerante|directeur general|director general";
const MANAGER: &str = "director|head|manager|lead|supervisor|principal|foreman|team leader|leiter|leiterin|teamleiter \
    |teamleiterin|directeur|directrice|gerente|responsable";
const FORMAL: &str = "finance|financial|bank|banking|insurance|legal|law|accounting|audit|tax|health|healthcare|medical \
    |medicine|hospital|dental|pharma|pharmaceutical|pharmaceuticals|government|public sector|defence|defense \
    |investment|wealth|notary|bankwesen|versicherung|recht";
const TECHNICAL: &str = "software|saas|technology|tech|it|information technology|engineering|manufacturing|logistics|transport \
    |transportation|construction|roofing|plumbing|energy|solar|telecommunications|automotive|industrial \
    |cybersecurity|semiconductors|logistik|bau";
const PERSONAL: &str = "retail|hospitality|hotel|hotels|restaurant|restaurants|food|travel|tourism|real estate|property|fitness \
    |beauty|wellness|media|marketing|advertising|design|interior design|fashion|events|entertainment \
    |education|nonprofit|landscaping|photography";

/// A rule: what has to be so (nothing asked is `None` or empty), and what follows from it.
struct Rule {
    seniority: Option<Seniority>,
    trade: Option<Trade>,
    tiers: &'static [Tier],
    tone: Tone,
    because: &'static str,
}

const fn rule(
    seniority: Option<Seniority>,
    trade: Option<Trade>,
    tiers: &'static [Tier],
    tone: Tone,
    because: &'static str,
) -> Rule {
    Rule { seniority, trade, tiers, tone, because }
}

/// The table, read from the top; the first rule that fits decides. A regulated trade comes first because a wrong word costs most there;
/// then time (executives, and people about to decide, have none to lose); then distance (strangers are not addressed like friends);
/// then what the trade is used to.
const RULES: &[Rule] = &[
    rule(None, Some(Trade::Formal), &[], Tone::Professional, "people of a regulated trade expect care with words"),
    rule(Some(Seniority::Executive), None, &[], Tone::Direct, "people who run a company have little time"),
    rule(None, None, &[Tier::Hot], Tone::Direct, "they are about to decide and want facts"),
    rule(None, None, &[Tier::Cold, Tier::Dead], Tone::Professional, "they do not know us, or gave up on us"),
    rule(
        Some(Seniority::Manager),
        Some(Trade::Technical),
        &[],
        Tone::Direct,
        "managers in technical trades like it short",
    ),
    rule(None, Some(Trade::Personal), &[], Tone::Friendly, "their trade lives on people"),
    rule(Some(Seniority::Manager), None, &[], Tone::Professional, "they answer for others at work"),
    rule(None, None, &[Tier::Warm], Tone::Friendly, "they are in touch with us already"),
    rule(Some(Seniority::Practitioner), None, &[], Tone::Friendly, "colleagues at eye level are met warmly"),
    rule(None, Some(Trade::Technical), &[], Tone::Direct, "technical trades like it short"),
];

/// The tone for a person, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The tone.
    pub tone: Tone,
    /// Why, in a sentence.
    pub why: String,
}

/// Chooses the tone for a person by the table above. Where nothing fits, it is the agent's own.
pub fn tone(known: &Known, own: Tone) -> Chosen {
    let (seniority, trade) = (Seniority::of(&known.title), Trade::of(&known.industry));
    let fits = |rule: &&Rule| {
        rule.seniority.is_none_or(|wanted| Some(wanted) == seniority)
            && rule.trade.is_none_or(|wanted| Some(wanted) == trade)
            && (rule.tiers.is_empty() || known.tier.is_some_and(|tier| rule.tiers.contains(&tier)))
    };
    let Some(rule) = RULES.iter().find(fits) else {
        let why = "Nothing in the title, industry or tier decides it, so it is the agent's own tone.".to_owned();
        return Chosen { tone: own, why };
    };
    let mut evidence = Vec::new();
    evidence.extend(rule.seniority.map(|_| format!("title: {}", known.title)));
    evidence.extend(rule.trade.map(|_| format!("industry: {}", known.industry)));
    evidence.extend(known.tier.filter(|_| !rule.tiers.is_empty()).map(|tier| format!("tier: {tier}")));
    let mut because = rule.because.to_owned();
    because[..1].make_ascii_uppercase();
    Chosen { tone: rule.tone, why: format!("{because} ({}).", evidence.join(", ")) }
}

/// Whether one of these, parted by `|`, stands in a text in whole words.
fn has(text: &Text, phrases: &str) -> bool {
    phrases.split('|').any(|phrase| text.find(&Text::read(phrase)).is_some())
}

impl Seniority {
    /// Reads a job title; none for an empty one.
    pub fn of(title: &str) -> Option<Self> {
        let text = Text::read(title);
        if text.words().is_empty() {
            return None;
        }
        Some(match () {
            () if has(&text, HELPS) => Self::Practitioner,
            () if has(&text, EXECUTIVE) => Self::Executive,
            () if has(&text, MANAGER) => Self::Manager,
            () => Self::Practitioner,
        })
    }
}

impl Trade {
    /// Reads an industry; none for one that is not known.
    pub fn of(industry: &str) -> Option<Self> {
        let text = Text::read(industry);
        let lists = [(Self::Formal, FORMAL), (Self::Technical, TECHNICAL), (Self::Personal, PERSONAL)];
        lists.into_iter().find(|(_, words)| has(&text, words)).map(|(trade, _)| trade)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_how_much_somebody_decides() {
        for (title, seniority) in [
            ("CEO & Co-Founder", Some(Seniority::Executive)),
            ("Vice President, Sales", Some(Seniority::Executive)),
            ("Geschäftsführer", Some(Seniority::Executive)),
            ("Assistant to the CEO", Some(Seniority::Practitioner)),
            ("Product Owner", Some(Seniority::Practitioner)),
            ("Head of Operations", Some(Seniority::Manager)),
            ("Ahead Designer", Some(Seniority::Practitioner)),
            ("Nurse", Some(Seniority::Practitioner)),
            (" - ", None),
        ] {
            assert_eq!(Seniority::of(title), seniority, "{title}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_decides_and_says_why() {
        for (title, industry, tier, tone, part) in [
            ("CEO", "Private banking", None, Tone::Professional, "industry: Private banking"),
            ("CEO", "Real estate", Some(Tier::Cold), Tone::Direct, "title: CEO"),
            ("Nurse", "", Some(Tier::Hot), Tone::Direct, "tier: hot"),
            ("Florist", "Retail", Some(Tier::Cold), Tone::Professional, "tier: cold"),
            ("Head of IT", "Logistics", None, Tone::Direct, "title: Head of IT, industry: Logistics"),
            ("Sales Manager", "Hotels", None, Tone::Friendly, "industry: Hotels"),
            ("Sales Manager", "", Some(Tier::Cool), Tone::Professional, "title: Sales Manager"),
            ("", "", Some(Tier::Warm), Tone::Friendly, "tier: warm"),
            ("Baker", "", None, Tone::Friendly, "title: Baker"),
            ("", "Software", None, Tone::Direct, "industry: Software"),
            ("", "Astrology", None, Tone::Friendly, "agent's own tone"),
        ] {
            let known = Known { title: title.into(), industry: industry.into(), tier, ..Known::default() };
            let chosen = super::tone(&known, Tone::Friendly);
            assert!(chosen.tone == tone && chosen.why.contains(part), "{title}, {industry}: {chosen:?}");
        }
    }
}
