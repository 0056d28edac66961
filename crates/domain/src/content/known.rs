//! What is known of a person that a message to them may be made of.

use serde::{Deserialize, Serialize};

use crate::closed_list;
use crate::lead::Lead;

closed_list! {
    /// How promising a lead is.
    pub enum Tier {
        /// About to decide.
        Hot = "hot",
        /// In touch with us.
        Warm = "warm",
        /// Has heard of us.
        Cool = "cool",
        /// Does not know us.
        Cold = "cold",
        /// Gave up on us.
        Dead = "dead",
    }
}

impl Tier {
    /// The tier that a lead's notes name, by its word or by a score.
    pub fn noted(notes: &str) -> Option<Self> {
        let tier = noted(notes, &["tier", "lead tier", "temperature"]).and_then(|t| t.to_lowercase().parse().ok());
        tier.or_else(|| noted(notes, &["score", "lead score"])?.parse().ok().map(Self::of_score))
    }

    /// The tier of a score from 0 to 100: one for every twenty points.
    pub fn of_score(score: u32) -> Self {
        match score {
            80.. => Self::Hot,
            60..80 => Self::Warm,
            40..60 => Self::Cool,
            20..40 => Self::Cold,
            0..20 => Self::Dead,
        }
    }
}

/// What is known of a person; empty texts for what is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Their name.
    pub name: String,
    /// Where they work.
    pub company: String,
    /// What they do there.
    pub title: String,
    /// The trade.
    pub industry: String,
    /// Where they are.
    pub location: String,
    /// How promising they are, where somebody said so.
    pub tier: Option<Tier>,
}

/// The longest fact that is taken from a note, in characters.
const LONGEST: usize = 120;

impl Known {
    /// What a lead's fields say. Lists often come with more columns than we have fields and end in the notes, so a note such as
    /// `Title: CTO; Industry: Logistics; Tier: hot; Score: 85` is read too. A field wins over a note, a tier over a score.
    pub fn of(lead: &Lead) -> Self {
        let or_noted = |field: &str, labels: &[&str]| match field.trim() {
            "" => noted(&lead.notes, labels).unwrap_or_default(),
            field => field.to_owned(),
        };
        Self {
            name: crate::name::turned(&lead.name),
            company: or_noted(&lead.company, &["company", "employer"]),
            title: or_noted(&lead.title, &["title", "job title", "role", "position"]),
            industry: or_noted(&lead.industry, &["industry", "sector", "trade"]),
            location: lead.location.trim().to_owned(),
            tier: Tier::noted(&lead.notes),
        }
    }
}

/// The first value that stands behind one of these labels in a note.
fn noted(notes: &str, labels: &[&str]) -> Option<String> {
    notes.split(['\n', ';']).find_map(|line| {
        let (label, value) = line.split_once(':')?;
        let is_wanted = labels.contains(&label.trim().trim_start_matches(['-', '*', ' ']).to_lowercase().as_str());
        let value: String = value.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        (is_wanted && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_fill_in_for_fields_that_a_list_did_not_have() {
        let notes = "Met at the fair\n- Job title: Head of Operations; sector: Logistics\r\nScore: 85";
        assert_eq!(noted(notes, &["title", "job title"]).as_deref(), Some("Head of Operations"));
        assert_eq!(noted(notes, &["industry", "sector"]).as_deref(), Some("Logistics"));
        assert_eq!(noted(notes, &["score"]).and_then(|s| s.parse().ok()).map(Tier::of_score), Some(Tier::Hot));
        assert_eq!(noted(notes, &["tier"]), None);
        assert_eq!(noted("Title:  ", &["title"]), None);
    }

    #[test]
    fn a_score_has_a_tier() {
        let tiers = [0, 19, 20, 59, 60, 79, 80, 400].map(Tier::of_score);
        assert_eq!(
            tiers,
            [Tier::Dead, Tier::Dead, Tier::Cold, Tier::Cool, Tier::Warm, Tier::Warm, Tier::Hot, Tier::Hot]
        );
    }
}
