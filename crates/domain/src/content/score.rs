//! How personal a text is: which of the things known of a person it makes use of.

use serde::{Deserialize, Serialize};

use super::Known;
use crate::closed_list;
use crate::name;
use crate::words::Text;

closed_list! {
    /// Something known of a person that a text may use.
    pub enum Detail {
        /// Their name.
        Name = "name",
        /// Where they work.
        Company = "company",
        /// What they do there.
        Title = "title",
        /// The trade.
        Industry = "industry",
    }
}

impl Detail {
    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Company => "Company",
            Self::Title => "Job title",
            Self::Industry => "Industry",
        }
    }

    /// What using it counts, in hundredths when all four are known. Name and company make a text theirs; title and industry only say
    /// that we looked.
    pub fn weight(self) -> u32 {
        match self {
            Self::Name | Self::Company => 30,
            Self::Title | Self::Industry => 20,
        }
    }

    /// The ways in which a text may name it; none when it is not known.
    fn named(self, known: &Known) -> Vec<String> {
        match self {
            Self::Name => vec![name::first_name(&known.name), known.name.clone()],
            Self::Company => vec![bare_company(&known.company), known.company.clone()],
            Self::Title => pieces(&known.title, &[',', '/', '|', '(', '&']),
            Self::Industry => pieces(&known.industry, &[',', '/', '|', '(', '&']),
        }
        .into_iter()
        .filter(|text| !Text::read(text).words().is_empty())
        .collect()
    }
}

/// How personal a text is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PersonalisationScore))]
pub struct Score {
    /// From 0.0, it could be for anybody, to 1.0, it uses everything that is known.
    pub score: f64,
    /// What it uses.
    pub used: Vec<Detail>,
    /// What is known and it does not use.
    pub unused: Vec<Detail>,
    /// What is not known of the person, and counts neither way.
    pub unknown: Vec<Detail>,
}

/// How personal a text is: the weights of what it uses over the weights of what is known. A thing is used when it stands there in
/// whole words, in any case. Of somebody of whom nothing is known no text is personal.
pub fn personalisation(text: &str, known: &Known) -> Score {
    let text = Text::read(text);
    let mut score = Score::default();
    for detail in Detail::ALL.iter().copied() {
        let named = detail.named(known);
        let list = match named.as_slice() {
            [] => &mut score.unknown,
            named if named.iter().any(|named| text.find(&Text::read(named)).is_some()) => &mut score.used,
            _ => &mut score.unused,
        };
        list.push(detail);
    }
    let sum = |list: &[Detail]| list.iter().map(|detail| detail.weight()).sum::<u32>();
    let (used, all) = (sum(&score.used), sum(&score.used) + sum(&score.unused));
    let share = (used * 100 + all / 2).checked_div(all).unwrap_or(0);
    score.score = f64::from(share) / 100.0;
    score
}

/// A company's name without what the register adds: `Larsen Homes, Inc.` is called `Larsen Homes`.
fn bare_company(company: &str) -> String {
    const REGISTERED: &[&str] = &[
        "inc",
        "llc",
        "ltd",
        "limited",
        "gmbh",
        "ag",
        "co",
        "corp",
        "corporation",
        "plc",
        "sa",
        "bv",
        "kg",
        "srl",
        "sarl",
    ];
    let mut words: Vec<&str> = company.split_whitespace().collect();
    while words.len() > 1
        && words.last().is_some_and(|w| {
            REGISTERED
                .contains(&w.trim_matches(|c: char| !c.is_alphanumeric()).replace('.', "").to_lowercase().as_str())
        })
    {
        words.pop();
    }
    words.join(" ").trim_end_matches([',', '&', ' ']).to_owned()
}

/// The whole and its parts: `Logistics & Transport` is named by either word.
fn pieces(text: &str, signs: &[char]) -> Vec<String> {
    let parts = text.split(signs).map(|part| part.trim().trim_end_matches(')').to_owned());
    std::iter::once(text.to_owned()).chain(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Known {
        Known {
            name: "Ada Larsen".into(),
            company: "Larsen Homes, Inc.".into(),
            title: "Head of Operations, EMEA".into(),
            industry: "Real Estate & Property".into(),
            ..Known::default()
        }
    }

    #[test]
    fn only_whole_words_in_any_case_count() {
        for (text, score) in [
            ("Hi ADA, at Larsen Homes the head of operations knows real estate.", 1.0),
            ("Dear Ada Larsen, hello.", 0.3),
            ("Adam of larsen homes", 0.3),
            ("larsen homestead, property", 0.2),
            ("Hello there", 0.0),
            ("", 0.0),
        ] {
            let found = personalisation(text, &ada());
            assert!((found.score - score).abs() < 1e-9, "{text}: {found:?}");
            assert_eq!(found.used.len() + found.unused.len(), 4, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_counts_neither_way() {
        let known = Known { company: String::new(), title: " ".into(), ..ada() };
        let found = personalisation("Hi Ada", &known);
        assert!((found.score - 0.6).abs() < 1e-9, "{found:?}");
        assert_eq!(
            (found.used, found.unused, found.unknown),
            (vec![Detail::Name], vec![Detail::Industry], vec![Detail::Company, Detail::Title])
        );
        let nobody = personalisation("Hi Ada, head of everything", &Known::default());
        assert!(nobody.score < 0.01 && nobody.used.is_empty() && nobody.unknown.len() == 4, "{nobody:?}");
    }

    #[test]
    fn a_company_is_called_without_its_legal_form() {
        for (company, bare) in
            [("Larsen Homes, Inc.", "Larsen Homes"), ("Nguyen & Co", "Nguyen"), ("AG", "AG"), ("", "")]
        {
            assert_eq!(bare_company(company), bare);
        }
    }
}
